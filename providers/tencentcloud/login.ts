import { accountOf } from "../core/cloud/accounts";
import type { Renewable } from "../core/cloud/renewable";
import type { Connection, Deadline, Where } from "../core/contract/cloud";
import { objectSetting, type Settings } from "../core/util/settings";
import { TencentcloudSession } from "./client";
import { tencentcloud } from "./cloud";
import { credentialsFor } from "./credentials";
import { endpointOf } from "./endpoints";
import { chosenProfile, regionOfProfile } from "./profiles";
import type { Credential } from "./request";

/** Logs in: the region, the credentials, and the account that they belong to. @throws CloudError, or an Error that says what is missing. */
export async function connect(
  where: Where,
  settings: Settings,
  deadline: Deadline,
): Promise<TencentcloudSession> {
  const region = where.region ?? tencentcloud.region(settings) ?? profileRegion(where.connection, settings);
  if (!region) {
    throw new Error(
      "no Tencent Cloud region: give the argument `region`, or set config tencentcloud:region or environment TENCENTCLOUD_REGION",
    );
  }
  const credentials = credentialsFor(where.connection, where.recorded, region, settings);
  const accountId = await callerOf(credentials, region, settings, deadline);
  requireAllowed(accountId, settings);
  return new TencentcloudSession(accountId, region, credentials, settings);
}

function profileRegion(connection: Connection | undefined, settings: Settings): string | undefined {
  return regionOfProfile(connection?.profile ?? chosenProfile(settings) ?? "default", settings);
}

/** The account the credentials belong to. */
async function callerOf(
  own: Renewable<Credential>,
  region: string,
  settings: Settings,
  deadline: Deadline,
): Promise<string> {
  const { secretId } = await own.current(deadline);
  return accountOf(`tencentcloud ${endpointOf("sts", region, settings).host} ${secretId}`, async () => {
    const session = new TencentcloudSession("", region, own, settings);
    const answer = await session.call<{ AccountId?: string }>("sts", "GetCallerIdentity", {}, deadline, []);
    return answer.AccountId;
  });
}

/** Config `tencentcloud:allowedAccountIds` and `tencentcloud:forbiddenAccountIds`, as in the vendor's Pulumi package. */
function requireAllowed(accountId: string, settings: Settings): void {
  const list = (key: string) => (objectSetting<unknown[]>(settings, key) ?? []).map(String);
  const allowed = list("tencentcloud:allowedAccountIds");
  if (allowed.length > 0 && !allowed.includes(accountId)) {
    throw new Error(
      `the credentials are of account ${accountId}, which tencentcloud:allowedAccountIds does not list`,
    );
  }
  if (list("tencentcloud:forbiddenAccountIds").includes(accountId)) {
    throw new Error(
      `the credentials are of account ${accountId}, which tencentcloud:forbiddenAccountIds lists`,
    );
  }
}
