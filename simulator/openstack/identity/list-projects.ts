import { rolesOf } from "../authentication";
import { json } from "../json";
import { errors } from "./errors";
import type { IdentityOperation } from "./operation";
import { projectsNamed } from "./project";

/** Source: measured on Keystone 22.0.2 (Zed). */
export const listProjects: IdentityOperation = {
  action: "listProjects",
  known: true,
  run({ caller, request, context: { world } }) {
    if (!rolesOf(world, caller).includes("admin")) throw errors.notAuthorized("identity:list_projects");
    return json(200, { projects: projectsNamed(request, world) });
  },
};
