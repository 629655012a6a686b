import type { Cloud } from "./cloud";
import { clouds } from "./clouds";

/** The state of every cloud: plain JSON throughout, each resource kept under its id. */
export type World = { [Name in keyof typeof clouds]: ReturnType<(typeof clouds)[Name]["defaultWorld"]> };

export function defaultWorld(): World {
  return Object.fromEntries(
    Object.entries(clouds as Record<string, Cloud<object>>).map(([name, cloud]) => [
      name,
      cloud.defaultWorld(),
    ]),
  ) as World;
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Replaces, in place, each cloud that `input` holds; the others stay. A collection left out of a cloud is empty.
 * Throws a sentence that names what is wrong; nothing is changed then.
 */
export function replaceWorld(world: World, input: unknown): void {
  if (!isObject(input)) throw new TypeError("the world must be a JSON object");
  const fresh = defaultWorld() as Record<string, Json>;
  const next: Record<string, Json> = {};
  for (const [name, given] of Object.entries(input)) {
    const known = fresh[name];
    if (known === undefined)
      throw new TypeError(`world.${name} is unknown; known: ${Object.keys(fresh).join(", ")}`);
    if (!isObject(given)) throw new TypeError(`world.${name} must be a JSON object`);
    for (const [key, value] of Object.entries(given)) {
      const like = known[key];
      if (like === undefined) {
        throw new TypeError(`world.${name}.${key} is unknown; known: ${Object.keys(known).join(", ")}`);
      }
      if (typeof value !== typeof like || isObject(value) !== isObject(like)) {
        throw new TypeError(
          `world.${name}.${key} must be ${isObject(like) ? "a JSON object" : `a ${typeof like}`}`,
        );
      }
    }
    const part: Json = {};
    for (const [key, like] of Object.entries(known)) {
      part[key] = given[key] ?? (isObject(like) ? {} : Array.isArray(like) ? [] : like);
    }
    next[name] = part;
  }
  Object.assign(world, structuredClone(next));
}

/** Merges `patch` into the world as RFC 7386 (JSON Merge Patch) has it: null deletes, objects merge, all else replaces. */
export function mergeWorld(world: World, patch: unknown): void {
  if (!isObject(patch)) throw new TypeError("the patch must be a JSON object");
  replaceWorld(world, merge(structuredClone(world), patch));
}

function merge(target: unknown, patch: Json): Json {
  const result: Json = isObject(target) ? target : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = isObject(value) ? merge(result[key], value) : value;
  }
  return result;
}
