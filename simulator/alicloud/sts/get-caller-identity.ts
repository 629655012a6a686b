import { accountOfArn } from "../authentication";
import type { Action } from "../front";

/** Source: Alibaba Cloud STS API 2015-04-01, GetCallerIdentity, response elements. */
export const getCallerIdentity: Action = {
  kind: "session",
  run({ world, accountId, accessKeyId }) {
    const session = world.sessions[accessKeyId];
    if (session !== undefined) {
      const { roleArn, sessionName } = session;
      const [RoleId, role] = [roleId(roleArn), roleArn.slice(roleArn.indexOf("/") + 1)];
      return {
        IdentityType: "AssumedRoleUser",
        AccountId: accountOfArn(roleArn),
        RoleId,
        PrincipalId: `${RoleId}:${sessionName}`,
        Arn: `acs:ram::${accountId}:assumed-role/${role}/${sessionName}`,
      };
    }
    const userName = world.accessKeys[accessKeyId]?.userName;
    if (userName === undefined) {
      const root = {
        IdentityType: "Account",
        AccountId: accountId,
        UserId: accountId,
        PrincipalId: accountId,
      };
      return { ...root, Arn: `acs:ram::${accountId}:root` };
    }
    const UserId = `2${accountId.slice(1)}`;
    const user = { IdentityType: "RAMUser", AccountId: accountId, UserId, PrincipalId: UserId };
    return { ...user, Arn: `acs:ram::${accountId}:user/${userName}` };
  },
};

/** A role has a number of its own; here it is its account's with a 3 in front. */
export const roleId = (roleArn: string): string => `3${accountOfArn(roleArn).slice(1)}`;
