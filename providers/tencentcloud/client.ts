import { keep } from "../core/cloud/kept";
import { accountOf, KeySession } from "../core/cloud/key-session";
import type { Renewable } from "../core/cloud/renewable";
import { settingsKey } from "../core/cloud/settings-key";
import type { Deadline } from "../core/contract/cloud";
import { canonical } from "../core/util/canonical";
import { type Settings, settingOf } from "../core/util/settings";
import { type Access, credentialsFor } from "./credentials";
import { endpointOf, type Service } from "./endpoints";
import { api, type Credential } from "./request";
import { names, vendor } from "./settings";

export { accessTo } from "./credentials";

/** Gets the credentials, and the account that they belong to. @throws CloudError, or an Error that says what is missing. */
export async function logIn(
  { region, connection }: Access,
  settings: Settings,
  deadline: Deadline,
): Promise<TencentcloudSession> {
  // Temporary credentials are asked for in a region: financial zones have an STS of their own.
  const key = `tencentcloud credentials ${settingsKey(vendor, settings)} ${canonical({ region, connection })}`;
  const credentials = keep(key, () => credentialsFor(connection, region, settings));
  const { secretId } = await credentials.current(deadline);
  const nameless = new TencentcloudSession("", region, credentials, settings);
  const sts = endpointOf("sts", region, settings).host;
  const accountId = await accountOf(nameless, `${sts} ${secretId}`, deadline);
  requireAllowed(accountId, settings);
  return new TencentcloudSession(accountId, region, credentials, settings);
}

/** Config `tencentcloud:allowedAccountIds` and `tencentcloud:forbiddenAccountIds`, as in the vendor's Pulumi package. */
function requireAllowed(accountId: string, settings: Settings): void {
  const allowed = settingOf(settings, names.allowedAccountIds) ?? [];
  const forbidden = settingOf(settings, names.forbiddenAccountIds) ?? [];
  const refuse = (why: string) => new Error(`the credentials are of account ${accountId}, which ${why}`);
  if (allowed.length > 0 && !allowed.includes(accountId)) {
    throw refuse("tencentcloud:allowedAccountIds does not list");
  }
  if (forbidden.includes(accountId)) throw refuse("tencentcloud:forbiddenAccountIds lists");
}

/** Tencent Cloud, reached with certain credentials in a certain region. */
export class TencentcloudSession extends KeySession<Service, Credential> {
  /** Request ids of the last writes, by pair: an instance tells with them how a write ended that was answered long before. */
  readonly writes = new Map<string, string>();

  constructor(accountId: string, region: string, credentials: Renewable<Credential>, settings: Settings) {
    super(api, accountId, region, credentials, settings);
  }
}
