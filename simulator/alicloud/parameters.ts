import type { Request, VendorError } from "../cloud";
import { errors } from "./errors";

/** Request parameters by name: `VServerGroup.1.LoadBalancerId`. Those of a list element have the prefix taken off. */
export type Parameters = ReadonlyMap<string, string>;

/** Query and form together, as the gateway sees them. */
export function parametersOf(request: Request): Parameters {
  const form = /x-www-form-urlencoded/i.test(request.headers["content-type"] ?? "")
    ? new URLSearchParams(request.body.toString("utf8"))
    : [];
  return new Map([...request.url.searchParams, ...form]);
}

/** `ecs.cn-beijing.aliyuncs.com`, `ecs-cn-hangzhou.aliyuncs.com`, `ess-vpc.cn-beijing.aliyuncs.com` */
export const regionOfHost = (host: string): string | undefined =>
  /^[a-z]+(?:-vpc)?[.-]([a-z]{2}-[a-z]+(?:-[a-z0-9]+)*)\.aliyuncs\.com$/.exec(host)?.[1];

/** Every value of a parameter whose name ends in Id or Ids, JSON arrays taken apart. */
export function idsIn(parameters: Parameters): string[] {
  const ids = new Set<string>();
  for (const [name, value] of parameters) {
    if (
      !/Ids?(\.\d+)?$/.test(name) ||
      ["RegionId", "EnsRegionId", "AccessKeyId", "ExternalId"].includes(name)
    )
      continue;
    for (const id of value.startsWith("[") ? value.split(/[^\w-]+/) : [value]) if (id !== "") ids.add(id);
  }
  return [...ids];
}

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

/** A parameter that holds a JSON array of at most 100 strings; undefined if it is not given. Throws `malformed` for another. */
export function jsonList(parameters: Parameters, name: string, malformed: VendorError): string[] | undefined {
  const text = parameters.get(name);
  if (text === undefined || text === "") return undefined;
  const value = parsed(text);
  if (!Array.isArray(value) || value.some((item) => typeof item !== "string")) throw malformed;
  if (value.length > 100) throw malformed;
  return value as string[];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
