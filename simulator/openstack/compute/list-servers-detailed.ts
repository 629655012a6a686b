import type { Operation } from "../front";
import { json } from "../json";
import { pageOf } from "./list-servers";
import { bodyOf } from "./show-server";

/** Source: Compute API v2.1, "List Servers Detailed": the same of each server as showServer tells. */
export const listServersDetailed: Operation = {
  action: "listServersDetailed",
  kind: "read",
  run(work) {
    const { page, links } = pageOf(work);
    return json(200, { servers: page.map(([id]) => bodyOf({ ...work, id })), ...links });
  },
};
