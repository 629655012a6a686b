import type { Call, Connection, Where } from "../association/association";
import type { Renewable } from "../association/renewable";
import { objectSetting, type Settings } from "../association/settings";
import { TencentcloudSession } from "./client";
import { tencentcloud } from "./cloud";
import { credentialsFor } from "./credentials";
import { endpointOf } from "./endpoints";
import { chosenProfile, regionOfProfile } from "./profiles";
import type { Credential } from "./request";

/** Logs in: the region, the credentials, and the account that they belong to. @throws CloudError, or an Error that says what is missing. */
export async function connect(where: Where, settings: Settings, call: Call): Promise<TencentcloudSession> {
  const region = where.region ?? tencentcloud.region(settings) ?? profileRegion(where.connection, settings);
  if (!region) {
    throw new Error(
      "no Tencent Cloud region: give the argument `region`, or set config tencentcloud:region or environment TENCENTCLOUD_REGION",
    );
  }
  const credentials = credentialsFor(where.connection, where.recorded, region, settings);
  const accountId = await accountOf(credentials, region, settings, call);
  requireAllowed(accountId, settings);
  return new TencentcloudSession(accountId, region, credentials, settings);
}

function profileRegion(connection: Connection | undefined, settings: Settings): string | undefined {
  return regionOfProfile(connection?.profile ?? chosenProfile(settings) ?? "default", settings);
}

/** Accounts by endpoint of STS and key: what a key belongs to never changes. */
const accounts = new Map<string, string>();

/** The account the credentials belong to, asked once a key. */
async function accountOf(
  own: Renewable<Credential>,
  region: string,
  settings: Settings,
  call: Call,
): Promise<string> {
  const { secretId } = await own.current(call);
  const key = `${endpointOf("sts", region, settings).host} ${secretId}`;
  const known = accounts.get(key);
  if (known !== undefined) return known;
  const session = new TencentcloudSession("", region, own, settings);
  const { AccountId } = await session.call<{ AccountId?: string }>("sts", "GetCallerIdentity", {}, call, []);
  if (!AccountId) throw new Error("GetCallerIdentity answered without an AccountId");
  accounts.set(key, AccountId);
  return AccountId;
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
