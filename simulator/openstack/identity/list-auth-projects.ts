import { json } from "../json";
import type { IdentityOperation } from "./operation";
import { projectBody } from "./project";

/** Source: measured on Keystone 22.0.2 (Zed). */
export const listAuthProjects: IdentityOperation = {
  action: "listAuthProjects",
  known: true,
  run({ caller, context: { world } }) {
    const { roles = {} } = world.users[caller.userId] ?? {};
    const mine = Object.keys(world.projects).filter((id) => (roles[id] ?? []).length > 0);
    return json(200, { projects: mine.map((id) => projectBody(id, world)) });
  },
};
