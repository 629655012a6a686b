import { json } from "../json";
import type { IdentityOperation, IdentityWork } from "./operation";

export const version = ({ request }: IdentityWork) => ({
  id: "v3.14",
  status: "stable",
  updated: "2020-04-07T00:00:00Z",
  links: [{ rel: "self", href: new URL("/v3/", request.url).href }],
});

/** Source: measured on Keystone 22.0.2 (Zed). */
export const showVersion: IdentityOperation = {
  action: "showVersion",
  known: false,
  run: (work) => json(200, { version: version(work) }),
};
