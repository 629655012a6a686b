import type { Cloud, Variant } from "./cloud";
import { clouds } from "./clouds";

/** The variants that the clouds declare, by name. */
export const variants: Record<string, Variant> = Object.assign(
  {},
  ...Object.values(clouds as Record<string, Cloud<object>>).map((cloud) => cloud.variants),
);
