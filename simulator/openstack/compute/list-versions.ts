import type { Operation } from "../front";
import { json } from "../json";
import { version } from "./show-version";

export const listVersions: Operation = {
  action: "listVersions",
  kind: "session",
  run: (work) => json(200, { versions: [version(work)] }),
};
