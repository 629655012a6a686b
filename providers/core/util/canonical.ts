/** The value Pulumi puts where a value is not known yet, in every place and for every type. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether `value` is not known yet, or holds something that is not. */
export function isUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(isUnknown);
}

/** JSON text that is equal for equal values: keys sorted, undefined dropped. The engine does not keep key order. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      inner && typeof inner === "object" && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? "undefined"
  );
}

/** Whether two values are equal as JSON. */
export function same(a: unknown, b: unknown): boolean {
  // Claims of hundreds of pairs compare texts only.
  if (typeof a === "string" && typeof b === "string") return a === b;
  return canonical(a) === canonical(b);
}
