const uuid = (kind: number, number: number): string =>
  `${kind}0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Ids of the simulator's OpenStack and Huawei clouds, by the numbers that its README gives. */
export const server = (number: number): string => uuid(1, number);
export const group = (number: number): string => uuid(2, number);
