import type { Cloud } from "./cloud";
import { clouds } from "./clouds";

/** The state of every cloud: plain JSON throughout, each resource kept under its id. */
export type World = { [Name in keyof typeof clouds]: ReturnType<(typeof clouds)[Name]["defaultWorld"]> };

/** What a test may give: whatever is left out is as in the default world. */
export type PartialWorld = { [Name in keyof World]?: Partial<World[Name]> };

export function defaultWorld(): World {
  const every = Object.entries(clouds as Record<string, Cloud<object>>);
  return Object.fromEntries(every.map(([name, cloud]) => [name, cloud.defaultWorld()])) as World;
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => shape(value) === "object";

const shape = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : typeof value;

/**
 * Makes `world`, in place, the default world with each collection that `input` holds in place of the default one.
 * Throws a sentence that names what is wrong; nothing is changed then.
 */
export function replaceWorld(world: World, input: unknown): void {
  if (!isObject(input)) throw new TypeError("the world must be a JSON object");
  const next = defaultWorld() as unknown as Record<string, Json>;
  for (const [name, given] of Object.entries(input)) {
    const cloud = next[name];
    if (cloud === undefined) {
      throw new TypeError(`world.${name} is unknown; known: ${Object.keys(next).join(", ")}`);
    }
    if (!isObject(given)) throw new TypeError(`world.${name} must be of type object`);
    for (const [key, value] of Object.entries(given)) {
      if (!Object.hasOwn(cloud, key)) {
        throw new TypeError(`world.${name}.${key} is unknown; known: ${Object.keys(cloud).join(", ")}`);
      }
      const wanted = shape(cloud[key]);
      if (shape(value) !== wanted) throw new TypeError(`world.${name}.${key} must be of type ${wanted}`);
      cloud[key] = structuredClone(value);
    }
  }
  Object.assign(world, next);
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
