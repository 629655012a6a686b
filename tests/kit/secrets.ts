/** Every secret of a simulated world: the values under keys that say so, and the ids of access keys. */
export function secretsOf(world: object): Set<string> {
  const found = new Set<string>();
  const walk = (value: unknown, key: string): void => {
    if (typeof value === "string") {
      if (/secret$|password|token|externalid/i.test(key) && value !== "") found.add(value);
    } else if (value && typeof value === "object") {
      for (const [name, inner] of Object.entries(value)) {
        if (/^accessKeys$/i.test(key)) found.add(name);
        walk(inner, name);
      }
    }
  };
  walk(world, "");
  if (found.size === 0) throw new Error("the world holds no secret: this search proves nothing");
  return found;
}
