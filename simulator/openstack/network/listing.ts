/**
 * Neutron promises no order. It lists ports, groups and the groups of a port by id, whatever was made or added first: so
 * measured on Neutron 21.0.0, where ids are random.
 */
export const byId = <T>(collection: Record<string, T>): [string, T][] =>
  Object.entries(collection).sort(([one], [two]) => (one < two ? -1 : 1));

/** Several values of one parameter are alternatives. */
export const isOneOf = (query: URLSearchParams, name: string, value: string): boolean =>
  !query.has(name) || query.getAll(name).includes(value);
