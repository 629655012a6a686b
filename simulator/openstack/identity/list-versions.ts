import { json } from "../json";
import type { IdentityOperation } from "./operation";
import { version } from "./show-version";

export const listVersions: IdentityOperation = {
  action: "listVersions",
  known: false,
  run: (work) => json(300, { versions: { values: [version(work)] } }),
};
