import type { Operation, Work } from "../front";
import { json } from "../json";

export const newestMicroversion = "2.93";

export const version = ({ request, context }: Work) => {
  const compute = new URL("/", context.urls.compute ?? context.urls.ecs ?? request.url);
  return {
    id: "v2.1",
    status: "CURRENT",
    version: newestMicroversion,
    min_version: "2.1",
    updated: "2013-07-23T11:33:21Z",
    links: [{ rel: "self", href: `${compute}v2.1/` }],
  };
};

/** Source: measured on Nova 26.2.2 (Zed). */
export const showVersion: Operation = {
  action: "showVersion",
  kind: "session",
  run: (work) => json(200, { version: version(work) }),
};
