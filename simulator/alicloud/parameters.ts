import { errors } from "./errors";

/** Request parameters by name: `VServerGroup.1.LoadBalancerId`. Those of a list element have the prefix taken off. */
export type Parameters = ReadonlyMap<string, string>;

export function required(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined || value === "") throw errors.missing(name);
  return value;
}

/** The elements of a list parameter in the order of their numbers: `list(p, "ScalingGroupId")`, values only. */
export const list = (parameters: Parameters, name: string): string[] =>
  elements(parameters, name).flatMap(({ element }) => element.get("") ?? []);

/** The elements of a list of structures, with their full names for messages. */
export function elements(parameters: Parameters, name: string): { at: string; element: Parameters }[] {
  const found = new Map<number, Map<string, string>>();
  for (const [key, value] of parameters) {
    const match = key.startsWith(`${name}.`) && /^(\d+)(?:\.(.+))?$/.exec(key.slice(name.length + 1));
    if (!match) continue;
    const number = Number(match[1]);
    const element = found.get(number) ?? new Map<string, string>();
    found.set(number, element.set(match[2] ?? "", value));
  }
  return [...found.entries()]
    .sort(([a], [b]) => a - b)
    .map(([number, element]) => ({ at: `${name}.${number}`, element }));
}

/** A whole number from least to most, or `otherwise` if it is not given. */
export function integer(
  parameters: Parameters,
  name: string,
  { least, most, otherwise, at = name }: { least: number; most: number; otherwise?: number; at?: string },
): number {
  const text = parameters.get(name);
  if (text === undefined || text === "") {
    if (otherwise === undefined) throw errors.missing(at);
    return otherwise;
  }
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw errors.invalid(at);
  return value;
}

/** Clients write true or True. */
export const flag = (parameters: Parameters, name: string): boolean =>
  /^true$/i.test(parameters.get(name) ?? "");

/** A parameter that holds a JSON array of strings; undefined if it is not given. Throws SyntaxError or TypeError. */
export function jsonList(parameters: Parameters, name: string): string[] | undefined {
  const text = parameters.get(name);
  if (text === undefined || text === "") return undefined;
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value) || value.some((item) => typeof item !== "string"))
    throw new TypeError(`${name} is no list`);
  return value as string[];
}
