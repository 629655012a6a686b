/**
 * What all copies of this package in one process must share: two versions of it can be loaded at once, and a lock
 * that only one of them knows locks nothing. Its shape is part of the package's contract with its own other versions.
 */
export function processWide<T>(name: string, make: () => T): T {
  const key = Symbol.for("pulumi-cloud-attachments");
  const root = globalThis as { [key: symbol]: Map<string, unknown> | undefined };
  root[key] ??= new Map();
  const tables = root[key];
  if (!tables.has(name)) tables.set(name, make());
  return tables.get(name) as T;
}
