import { json } from "../json";
import type { IdentityOperation } from "./operation";
import { version } from "./show-version";

/** Source: measured on Keystone 22.0.2 (Zed). */
export const listVersions: IdentityOperation = {
  action: "listVersions",
  known: false,
  run: (work) => json(300, { versions: { values: [version(work)] } }),
};
