import { randomBytes } from "node:crypto";
import { errors as common, refusal } from "../errors";
import type { Action } from "../front";
import { integer, required, text } from "../parameters";

/** Source: the vendor's SDK, sts/v20180813, errors. */
const errors = {
  parameter: (name: string) =>
    refusal("InvalidParameter.ParamError", `The parameter \`${name}\` is invalid.`),
  duration: refusal("InvalidParameter.OverTimeError", "The expiration time exceeds the threshold."),
  noRole: refusal("ResourceNotFound.RoleNotFound", "The role corresponding to the account does not exist."),
};

/**
 * Gives temporary keys of a role; they are kept in the world's `secretIds`, where a test can let them expire.
 * Source: Tencent Cloud STS API 2018-08-13, AssumeRole (https://www.tencentcloud.com/document/api/1150/49452).
 */
export const assumeRole: Action = {
  kind: "session",
  parameters: [
    "RoleArn",
    "RoleSessionName",
    "DurationSeconds",
    "Policy",
    "ExternalId",
    "Tags",
    "SourceIdentity",
    "SerialNumber",
    "TokenCode",
  ],
  ids: ({ RoleArn }) => (typeof RoleArn === "string" ? [RoleArn] : []),
  run({ world, accountId, parameters, context }) {
    const roleArn = required(parameters, "RoleArn");
    const [, roleAccountId] = /^qcs::cam::uin\/(\d+):role(?:Name)?\/[\w.-]+$/.exec(roleArn) ?? [];
    if (roleAccountId === undefined) throw errors.parameter("RoleArn");
    if (!/^[\w+=,.@-]{1,128}$/.test(required(parameters, "RoleSessionName")))
      throw errors.parameter("RoleSessionName");
    // "Default 7200 seconds, 43200 at most."
    const seconds = integer(parameters, "DurationSeconds", 7200);
    if (seconds < 1 || seconds > 43_200) throw errors.duration;
    const role = world.roles[roleArn];
    if (role === undefined) throw errors.noRole;
    const conditionMet = role.externalId === undefined || role.externalId === text(parameters, "ExternalId");
    if (!role.trustedAccountIds.includes(accountId) || !conditionMet)
      throw common.notAuthorized("sts:AssumeRole", roleArn);

    const lifetime = Number(context.variant("sts.sessionSeconds") ?? seconds);
    const expiresAt = Math.floor(context.now() / 1000 + lifetime) * 1000;
    const secretId = `AKID${randomBytes(24).toString("base64url")}`;
    const [secretKey, token] = [randomBytes(32).toString("base64"), randomBytes(96).toString("base64url")];
    world.secretIds[secretId] = { secretKey, accountId: roleAccountId, token, expiresAt, roleArn };
    return {
      Credentials: { Token: token, TmpSecretId: secretId, TmpSecretKey: secretKey },
      ExpiredTime: expiresAt / 1000,
      Expiration: `${new Date(expiresAt).toISOString().slice(0, 19)}Z`,
    };
  },
};
