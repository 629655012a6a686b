import { json } from "../json";
import type { IdentityOperation } from "./operation";
import { catalogBody } from "./token";

/** Source: measured on Keystone 22.0.2 (Zed). */
export const showCatalog: IdentityOperation = {
  action: "showCatalog",
  known: true,
  run: ({ caller, context, catalogue }) =>
    json(200, { catalog: catalogBody(caller.projectId ?? "", context, catalogue) }),
};
