import { randomBytes } from "node:crypto";
import { VendorError } from "../../cloud";
import type { Action } from "../front";
import { type Parameters, required } from "../parameters";
import { roleId } from "./get-caller-identity";

/** Source: Alibaba Cloud STS API 2015-04-01, AssumeRole, error codes. */
const errors = {
  wronglyFormed: (name: string) =>
    new VendorError(400, `InvalidParameter.${name}`, `The parameter ${name} is wrongly formed.`),
  duration: new VendorError(
    400,
    "InvalidParameter.DurationSeconds",
    "The Min/Max value of DurationSeconds is 15min/1hr.",
  ),
  noRole: new VendorError(404, "EntityNotExist.Role", "The specified Role not exists ."),
  // One code for both: the user may not call AssumeRole, or the role's trust policy does not let him in.
  notTrusted: new VendorError(
    403,
    "NoPermission",
    "You are not authorized to do this action. You should be authorized by RAM.",
  ),
};

/** Gives temporary credentials of a role; they are kept in the world's `sessions`, where a test can let them expire. */
export const assumeRole: Action = {
  kind: "session",
  run({ world, accountId, parameters, context }) {
    const roleArn = required(parameters, "RoleArn");
    const sessionName = required(parameters, "RoleSessionName");
    if (!/^acs:ram::\d+:role\/[\w.-]+$/.test(roleArn)) throw errors.wronglyFormed("RoleArn");
    if (!/^[a-zA-Z0-9.@\-_]{2,64}$/.test(sessionName)) throw errors.wronglyFormed("RoleSessionName");
    const role = world.roles[roleArn];
    if (role === undefined) throw errors.noRole;
    const seconds = duration(parameters, role.maxSessionSeconds ?? 3600);
    const trusted = role.trustedAccountIds.includes(accountId);
    const conditionMet = role.externalId === undefined || role.externalId === parameters.get("ExternalId");
    if (!trusted || !conditionMet) throw errors.notTrusted;

    const lifetime = Number(context.variant("sts.sessionSeconds") ?? seconds);
    const expiration = `${new Date(context.now() + lifetime * 1000).toISOString().slice(0, 19)}Z`;
    const accessKeyId = `STS.${randomBytes(12).toString("hex")}`;
    const [secret, securityToken] = [randomBytes(22).toString("hex"), randomBytes(48).toString("base64url")];
    world.sessions[accessKeyId] = { secret, securityToken, roleArn, sessionName, expiration };
    return {
      AssumedRoleUser: {
        AssumedRoleId: `${roleId(roleArn)}:${sessionName}`,
        Arn: `${roleArn}/${sessionName}`,
      },
      Credentials: {
        AccessKeyId: accessKeyId,
        AccessKeySecret: secret,
        SecurityToken: securityToken,
        Expiration: expiration,
      },
    };
  },
};

function duration(parameters: Parameters, most: number): number {
  const text = parameters.get("DurationSeconds") ?? "3600";
  if (!/^\d+$/.test(text) || Number(text) < 900 || Number(text) > most) throw errors.duration;
  return Number(text);
}
