import { keep } from "../core/cloud/kept";
import { accountOf, KeySession } from "../core/cloud/key-session";
import type { Renewable } from "../core/cloud/renewable";
import { settingsKey } from "../core/cloud/settings-key";
import type { Deadline } from "../core/contract/cloud";
import { canonical } from "../core/util/canonical";
import type { Settings } from "../core/util/settings";
import { type Access, credentialsFor } from "./credentials";
import { endpointOf, type Product } from "./endpoints";
import { api, type Credential } from "./rpc";
import { vendor } from "./settings";

export { accessTo } from "./credentials";

/** Gets the credentials, and the account that they belong to. @throws CloudError, or an Error that says what is missing. */
export async function logIn(
  { region, connection }: Access,
  settings: Settings,
  deadline: Deadline,
): Promise<AlicloudSession> {
  // Sessions in several regions share their temporary credentials.
  const key = `alicloud credentials ${settingsKey(vendor, settings)} ${canonical(connection)}`;
  const credentials = keep(key, () => credentialsFor(connection, settings));
  const { accessKeyId } = await credentials.current(deadline);
  const nameless = new AlicloudSession("", region, credentials, settings);
  const sts = endpointOf("sts", region, settings).host;
  const accountId = await accountOf(nameless, `${sts} ${accessKeyId}`, deadline);
  return new AlicloudSession(accountId, region, credentials, settings);
}

/** Alibaba Cloud, reached with certain credentials in a certain region. */
export class AlicloudSession extends KeySession<Product, Credential> {
  constructor(accountId: string, region: string, credentials: Renewable<Credential>, settings: Settings) {
    super(api, accountId, region, credentials, settings);
  }
}
