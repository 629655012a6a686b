import { keyLogin } from "../core/cloud/key-login";
import { KeySession } from "../core/cloud/key-session";
import { type Settings, settingOf } from "../core/util/settings";
import { TencentcloudCredentials } from "./credentials";
import { endpoints, type Service } from "./endpoints";
import { regionOfProfile } from "./profiles";
import { api, type Credential } from "./request";
import { names } from "./settings";

/** Tencent Cloud, reached with certain credentials in a certain region. */
export class TencentcloudSession extends KeySession<Service, Credential> {
  readonly api = api;
  /** Request ids of the last writes, by pair: an instance tells with them how a write ended that was answered long before. */
  readonly writes = new Map<string, string>();
}

export const { accessTo, logIn } = keyLogin({
  api,
  regionSetting: names.region,
  endpointSettings: endpoints,
  regionOfProfile,
  ways: (region, settings) => new TencentcloudCredentials(region, settings),
  idOf: ({ secretId }) => secretId,
  Session: TencentcloudSession,
  requireAllowed,
});

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
