import { randomBytes } from "node:crypto";
import { VendorError } from "../../cloud";
import type { IdentityOperation, IdentityWork } from "../../openstack/identity/operation";
import { microseconds } from "../../openstack/identity/token";
import { json, jsonBody, object, text } from "../../openstack/json";
import type { HuaweicloudWorld } from "../world";
import { domainOf } from "./domain";

/** Source: Huawei Cloud, IAM API Reference, "Error Codes" (those of /v3.0). */
const errors = {
  body: new VendorError(400, "IAM.0011", "Request body is invalid."),
  invalid: (what: string) => new VendorError(400, "IAM.0007", `Request parameter ${what} is invalid.`),
  noAgency: (name: string) => new VendorError(404, "IAM.0004", `Could not find agency: ${name}.`),
  notTrusted: new VendorError(403, "IAM.0002", "You are not authorized to perform the requested action."),
};

/**
 * Gives a temporary key of the caller (`token`) or of an agency (`assume_role`); the world's `accessKeys` keep it.
 * Source: https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html (agency), iam_04_0002.html (token)
 */
export const createTemporaryAccessKey: IdentityOperation<HuaweicloudWorld> = {
  action: "CreateTemporaryAccessKey",
  known: true,
  run(work) {
    const identity = object(object(object(jsonBody(work.request)).auth).identity);
    const method = Array.isArray(identity.methods) ? identity.methods[0] : undefined;
    if (method !== "assume_role" && method !== "token") throw errors.body;
    const given = object(identity[method]);
    const { duration_seconds: seconds = 900 } = given;
    if (typeof seconds !== "number" || seconds < 900 || seconds > 86_400)
      throw errors.invalid("duration_seconds");
    const userId = method === "token" ? work.caller.userId : agencyNamed(given, work);
    const access = `simulator-temporary-${randomBytes(8).toString("hex")}`;
    const secret = randomBytes(20).toString("hex");
    const securityToken = randomBytes(96).toString("base64");
    const expiresAt = work.context.now() + seconds * 1000;
    work.context.world.accessKeys[access] = { secret, userId, securityToken, expiresAt };
    return json(201, {
      credential: { access, secret, securitytoken: securityToken, expires_at: microseconds(expiresAt) },
    });
  },
};

/** The agency of that name in the account that is named, if it trusts the caller's. */
function agencyNamed(
  given: Record<string, unknown>,
  { caller, context: { world } }: IdentityWork<HuaweicloudWorld>,
): string {
  const name = text(given.agency_name);
  if (name === undefined) throw errors.invalid("agency_name");
  const domainId =
    text(given.domain_id) ??
    Object.keys(world.domains).find((id) => world.domains[id]?.name === given.domain_name);
  if (domainId === undefined) throw errors.invalid("domain_name");
  const found = Object.entries(world.agencies).find(
    ([, agency]) => agency.name === name && agency.domainId === domainId,
  );
  if (found === undefined) throw errors.noAgency(name);
  const [id, { trustedDomainId }] = found;
  if (trustedDomainId !== domainOf(world, caller.userId)) throw errors.notTrusted;
  return id;
}
