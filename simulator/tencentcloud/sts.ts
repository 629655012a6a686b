import { randomBytes } from "node:crypto";
import { type Front, VendorError } from "../cloud";
import { type Action, apiFront, notAuthorized } from "./api";
import { integer, required, text } from "./parameters";
import type { TencentcloudWorld } from "./world";

/*
 * Security Token Service, version 2018-08-13.
 *
 * Sources: the pages of the actions (https://www.tencentcloud.com/document/api/1150/49452, AssumeRole; .../57308,
 * GetCallerIdentity), and the models of the vendor's SDK, sts/v20180813.
 */

const getCallerIdentity: Action = {
  kind: "session",
  parameters: [],
  run({ accountId, caller: { userId, roleArn } }) {
    if (roleArn !== undefined) {
      const PrincipalId = `${accountId}:${roleArn.replace(/^.*\//, "")}`;
      return {
        Arn: roleArn.replace(":roleName/", ":assumed-role/"),
        AccountId: accountId,
        UserId: PrincipalId,
        PrincipalId,
        Type: "CAMRole",
      };
    }
    const UserId = userId ?? accountId;
    const Arn = `qcs::cam::uin/${accountId}:uin/${UserId}`;
    return {
      Arn,
      AccountId: accountId,
      UserId,
      PrincipalId: UserId,
      Type: UserId === accountId ? "RootAccount" : "CAMUser",
    };
  },
};

const assumeRole: Action = {
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
    if (roleAccountId === undefined) throw parameterError("RoleArn");
    if (!/^[\w+=,.@-]{1,128}$/.test(required(parameters, "RoleSessionName")))
      throw parameterError("RoleSessionName");
    // "Default 7200 seconds, 43200 at most."
    const seconds = integer(parameters, "DurationSeconds", 7200);
    if (seconds < 1 || seconds > 43_200) {
      throw new VendorError(
        200,
        "InvalidParameter.OverTimeError",
        "The expiration time exceeds the threshold.",
      );
    }
    const role = world.roles[roleArn];
    if (role === undefined) {
      throw new VendorError(
        200,
        "ResourceNotFound.RoleNotFound",
        "The role corresponding to the account does not exist.",
      );
    }
    const conditionMet = role.externalId === undefined || role.externalId === text(parameters, "ExternalId");
    if (!role.trustedAccountIds.includes(accountId) || !conditionMet)
      throw notAuthorized("sts:AssumeRole", roleArn);

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

const parameterError = (name: string): VendorError =>
  new VendorError(200, "InvalidParameter.ParamError", `The parameter \`${name}\` is invalid.`);

export const stsFront: Front<TencentcloudWorld> = apiFront({
  name: "sts",
  version: "2018-08-13",
  regional: false,
  actions: { GetCallerIdentity: getCallerIdentity, AssumeRole: assumeRole },
});
