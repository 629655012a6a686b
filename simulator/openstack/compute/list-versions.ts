import type { Operation } from "../front";
import { json } from "../json";
import { version } from "./show-version";

/** Source: measured on Nova 26.2.2 (Zed). */
export const listVersions: Operation = {
  action: "listVersions",
  kind: "session",
  run: (work) => json(200, { versions: [version(work)] }),
};
