import type { Variant } from "../cloud";
import { variants as nova } from "../openstack/variants";

export const variants = {
  ...nova,
  /** How ECS says that there is no such server: it passes on what Nova says, or has its own form. */
  "ecs.errors": ["nova", "native"],
  /** Whether five wrong signatures lock a key for five minutes, as the vendor's page says. */
  "gateway.lockout": ["off", "on"],
} satisfies Record<string, Variant>;
