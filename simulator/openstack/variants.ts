import type { Variant } from "../cloud";

export const variants = {
  /** Later releases check roles and bodies more strictly, and pass Neutron's conflicts on. */
  "nova.release": ["zed", "2024.2"],
  /** How long a change of groups takes from reading the ports to writing them, default 10. */
  "nova.writeMs": "number",
  /** What a cloud that has changed its Nova may do; the first is what a true one does. The words are not the vendors'. */
  "nova.addTwice": ["error", "success"],
  "nova.removeLast": ["success", "error"],
} satisfies Record<string, Variant>;
