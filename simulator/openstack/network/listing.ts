/** Neutron promises no order; it lists by id, whatever was made or added first. */
export const byId = <T>(collection: Record<string, T>): [string, T][] =>
  Object.entries(collection).sort(([one], [two]) => (one < two ? -1 : 1));

/** Several values of one parameter are alternatives. */
export const isOneOf = (query: URLSearchParams, name: string, value: string): boolean =>
  !query.has(name) || query.getAll(name).includes(value);
