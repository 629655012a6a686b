import type { Cloud } from "./cloud";

/** Every cloud that is simulated. A new one is its folder and a line here. */
export const clouds = {} satisfies Record<string, Cloud<object>>;
