import { variants } from "../variants";
import { type FaultRule, type Faults, isEnding, isKind, kinds } from "./rules";

const ruleKeys: Record<Exclude<keyof FaultRule, "kind">, "string" | "number" | "boolean" | "object"> = {
  action: "string",
  front: "string",
  id: "string",
  skip: "number",
  times: "number",
  afterWork: "boolean",
  ms: "number",
  limit: "number",
  windowMs: "number",
  status: "number",
  code: "string",
  message: "string",
  body: "string",
  contentType: "string",
  headers: "object",
};

/** Makes faults of what a test or `PUT /faults` gives; throws a sentence that names the wrong field. */
export function parseFaults(input: unknown): Faults {
  const given = record(input, "faults");
  for (const key of Object.keys(given)) {
    if (!["rules", "latencyMs", "clockOffsetMs", "variants"].includes(key)) {
      throw new TypeError(`faults.${key} is unknown; known: rules, latencyMs, clockOffsetMs, variants`);
    }
  }
  const rules = given.rules ?? [];
  if (!Array.isArray(rules)) throw new TypeError("faults.rules must be a list");
  return {
    rules: rules.map((rule, index) => parseRule(rule, `faults.rules[${index}]`)),
    latencyMs: milliseconds(given.latencyMs ?? 0, "faults.latencyMs"),
    clockOffsetMs: number(given.clockOffsetMs ?? 0, "faults.clockOffsetMs"),
    variants: parseVariants(record(given.variants ?? {}, "faults.variants")),
  };
}

function parseRule(input: unknown, where: string): FaultRule {
  const rule = record(input, where);
  const { kind } = rule;
  if (typeof kind !== "string" || !isKind(kind)) {
    throw new TypeError(`${where}.kind is ${JSON.stringify(kind)}; known: ${kinds.join(", ")}`);
  }
  for (const [key, value] of Object.entries(rule)) {
    if (key === "kind") continue;
    const wanted = ruleKeys[key as keyof typeof ruleKeys];
    if (wanted === undefined)
      throw new TypeError(`${where}.${key} is unknown; known: ${Object.keys(ruleKeys).join(", ")}`);
    if (typeof value !== wanted || value === null) throw new TypeError(`${where}.${key} must be a ${wanted}`);
    if (wanted === "number") milliseconds(value, `${where}.${key}`);
  }
  const needs = (key: keyof FaultRule) => {
    if (rule[key] === undefined) throw new TypeError(`${where}: a rule of kind ${kind} needs ${key}`);
  };
  if (kind === "rateLimit") needs("limit");
  else if (kind === "down" || !(isEnding(kind) || kind === "cut")) needs("ms");
  if (kind === "error") needs("code");
  return rule as unknown as FaultRule;
}

function parseVariants(given: Record<string, unknown>): Record<string, string> {
  const parsed = Object.entries(given).map(([name, value]) => {
    const where = `faults.variants.${name}`;
    const choices = variants[name];
    if (choices === undefined) {
      throw new TypeError(`${where} is unknown; known: ${Object.keys(variants).join(", ")}`);
    }
    const text = String(value);
    if (choices === "number" ? !Number.isFinite(Number(text)) : !choices.includes(text)) {
      throw new TypeError(
        `${where} is ${text}; known: ${choices === "number" ? "numbers" : choices.join(", ")}`,
      );
    }
    return [name, text] as const;
  });
  return Object.fromEntries(parsed);
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TypeError(`${where} must be an object`);
  return value as Record<string, unknown>;
}

function number(value: unknown, where: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new TypeError(`${where} must be a number`);
  return value;
}

function milliseconds(value: unknown, where: string): number {
  if (number(value, where) < 0) throw new TypeError(`${where} must not be negative`);
  return value as number;
}
