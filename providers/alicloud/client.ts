import { keyLogin } from "../core/cloud/key-login";
import { KeySession } from "../core/cloud/key-session";
import { AlicloudCredentials } from "./credentials";
import { endpoints, type Product } from "./endpoints";
import { regionOfProfile } from "./profiles";
import { api, type Credential } from "./rpc";
import { names } from "./settings";

/** Alibaba Cloud, reached with certain credentials in a certain region. */
export class AlicloudSession extends KeySession<Product, Credential> {
  readonly api = api;
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
