import type { Action } from "../front";

/**
 * Source: Tencent Cloud STS API 2018-08-13, GetCallerIdentity (https://www.tencentcloud.com/document/api/1150/57308), and
 * the model of the vendor's SDK, sts/v20180813.
 */
export const getCallerIdentity: Action = {
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
