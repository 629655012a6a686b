import { keyLogin } from "../core/cloud/key-login";
import { KeySession } from "../core/cloud/key-session";
import type { Renewable } from "../core/cloud/renewable";
import type { Settings } from "../core/util/settings";
import { AlicloudCredentials } from "./credentials";
import { endpoints, type Product } from "./endpoints";
import { regionOfProfile } from "./profiles";
import { api, type Credential } from "./rpc";
import { names } from "./settings";

/** Alibaba Cloud, reached with certain credentials in a certain region. */
export class AlicloudSession extends KeySession<Product, Credential> {
  constructor(accountId: string, region: string, credentials: Renewable<Credential>, settings: Settings) {
    super(api, accountId, region, credentials, settings);
  }
}

export const { accessTo, logIn } = keyLogin({
  api,
  regionSetting: names.region,
  endpointSettings: endpoints,
  regionOfProfile,
  ways: (_region, settings) => new AlicloudCredentials(settings),
  idOf: ({ accessKeyId }) => accessKeyId,
  Session: AlicloudSession,
});
