import type { Request } from "../cloud";
import { errors } from "./errors";

/** What an action is given: JSON, or the same made of strings alone where it came as `InstanceIds.0=ins-...`. */
export type Parameters = Record<string, unknown>;

/** Parameters that every action has, where signature version 1 puts them. */
const common = [
  "Action",
  "Version",
  "Region",
  "Timestamp",
  "Nonce",
  "SecretId",
  "Signature",
  "SignatureMethod",
  "Token",
  "Language",
  "RequestClient",
];

/** The query, or the form of a POST with signature version 1. */
export function pairs({ method, headers, url, body }: Request): [string, string][] {
  const isForm =
    headers["content-type"]?.startsWith("application/x-www-form-urlencoded") && method === "POST";
  return [...(isForm ? new URLSearchParams(body.toString("utf8")) : url.searchParams)];
}

/** What common parameters say, in headers or, with signature version 1, among the parameters. */
export function commonOf(request: Request): (name: string) => string | undefined {
  const inPairs = new Map(pairs(request));
  return (name) => request.headers[`x-tc-${name.toLowerCase()}`]?.toString() ?? inPairs.get(name);
}

export function parametersOf(request: Request): Parameters {
  if (request.method === "POST" && !request.headers["content-type"]?.startsWith("application/x-www-form")) {
    const parsed: unknown = parse(request.body.toString("utf8"));
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
      throw errors.notAnObject;
    }
    return parsed as Parameters;
  }
  const tree: Parameters = {};
  for (const [name, value] of pairs(request)) {
    if (!common.includes(name)) plant(tree, name.split("."), value);
  }
  return tree;
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** `Filters.0.Values.1 = x` puts x in its place; a number in a path is a place in a list. */
function plant(tree: Parameters, [name = "", ...rest]: string[], value: string): void {
  const [next] = rest;
  if (next === undefined) {
    tree[name] = value;
    return;
  }
  tree[name] ??= /^\d+$/.test(next) ? [] : {};
  plant(tree[name] as Parameters, rest, value);
}

/** Refuses what the action does not know. */
export function onlyKnown(parameters: Parameters, known: string[]): void {
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  if (unknown !== undefined) throw errors.unknown(unknown);
}

export function strings(parameters: Parameters, name: string): string[] | undefined {
  const value = parameters[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.some((item) => typeof item !== "string")) {
    throw errors.invalid(name, "a list of strings");
  }
  return value as string[];
}

export function requiredStrings(parameters: Parameters, name: string): string[] {
  const value = strings(parameters, name);
  if (value === undefined || value.length === 0) throw errors.missing(name);
  return value;
}

export function text(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw errors.invalid(name, "a string");
  return value;
}

export function required(parameters: Parameters, name: string): string {
  const value = text(parameters, name);
  if (value === undefined || value === "") throw errors.missing(name);
  return value;
}

export function integer(parameters: Parameters, name: string, usual: number): number {
  const value = parameters[name] ?? usual;
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number)) throw errors.invalid(name, "an integer");
  return number;
}

/** Whatever is listed under `name`, read before anything is checked. */
export const listed = (parameters: Parameters, name: string): string[] => {
  const value = parameters[name];
  return Array.isArray(value) ? value.map(String) : [];
};
