import { json } from "../json";
import type { IdentityOperation } from "./operation";
import { subject, tokenBody } from "./token";

export const showToken: IdentityOperation = {
  action: "showToken",
  known: true,
  run: (work) => json(200, { token: tokenBody(subject(work), work) }),
};
