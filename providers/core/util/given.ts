/** `T`, whose members that may be undefined may be left out. */
type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** `object` without what is not set: undefined, or an empty text. */
export function given<T extends object>(object: T): Given<T> {
  const set = Object.entries(object).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(set) as Given<T>;
}
