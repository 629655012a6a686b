import { json } from "../json";
import type { IdentityOperation } from "./operation";
import { subject, tokenBody } from "./token";

/** Source: measured on Keystone 22.0.2 (Zed). */
export const showToken: IdentityOperation = {
  action: "showToken",
  known: true,
  run: (work) => json(200, { token: tokenBody(subject(work), work) }),
};
