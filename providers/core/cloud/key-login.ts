import type { Connection, Where } from "../contract/cloud";
import { canonical } from "../util/canonical";
import { type Setting, type Settings, textOf } from "../util/settings";
import { credentialsFrom, credentialsOf, type Ways } from "./credentials";
import { regionFor } from "./endpoint";
import { keep } from "./kept";
import { accountOf, type KeyApi, type KeySession } from "./key-session";
import type { Login } from "./login";
import type { Expiring, Renewable } from "./renewable";
import { settingsKey } from "./settings-key";

/** What the login of a cloud with keys depends on. */
export interface KeyCloud<P extends string, C extends Expiring, S extends KeySession<P, C>> {
  api: KeyApi<P, C>;
  regionSetting: Setting;
  /** The setting of each product's endpoint. */
  endpointSettings: Readonly<Record<P | "sts", Setting>>;
  /** The region of a profile: `name`, else the one that applies. */
  regionOfProfile(name: string | undefined, settings: Settings): string | undefined;
  ways(region: string, settings: Settings): Ways<C>;
  /** The public part of a key. */
  idOf(credential: C): string;
  Session: new (accountId: string, region: string, credentials: Renewable<C>, settings: Settings) => S;
  /** @throws Error for an account that the settings do not allow. */
  requireAllowed?(accountId: string, settings: Settings): void;
}

/** Where we are, and who. */
export interface KeyAccess {
  region: string;
  connection: Connection | undefined;
}

/** The login of a cloud with keys: a region, the credentials that apply, and the account that they belong to. */
export function keyLogin<P extends string, C extends Expiring, S extends KeySession<P | "sts", C>>(
  cloud: KeyCloud<P | "sts", C, S>,
): Login<KeyAccess, S> {
  const { api, regionSetting, endpointSettings, ways } = cloud;
  const { vendor } = api;
  return {
    accessTo({ region: wanted, connection }: Where, settings) {
      const known = wanted ?? vendor.region(settings) ?? cloud.regionOfProfile(connection?.profile, settings);
      const region = regionFor(known, vendor, regionSetting);
      for (const product of Object.keys(endpointSettings) as (P | "sts")[]) {
        // Where a product's usual host would not do, as with `protocol: HTTP`, that does not matter until it is asked.
        const isUsed = product === "sts" || textOf(settings, endpointSettings[product]) !== undefined;
        if (isUsed) api.endpointOf(product, region, settings);
      }
      credentialsOf(connection, ways(region, settings));
      return { region, connection };
    },

    async logIn({ region, connection }, settings, deadline) {
      // Sessions in several regions share the temporary credentials that one STS gives.
      const sts = api.endpointOf("sts", region, settings).host;
      const key = `${vendor.name} credentials ${settingsKey(vendor, settings)} ${sts} ${canonical(connection)}`;
      const find = () => credentialsOf(connection, ways(region, settings));
      const credentials = keep(key, () => credentialsFrom(find));
      const id = cloud.idOf(await credentials.current(deadline));
      const nameless = new cloud.Session("", region, credentials, settings);
      const accountId = await accountOf(nameless, `${sts} ${id}`, deadline);
      cloud.requireAllowed?.(accountId, settings);
      return new cloud.Session(accountId, region, credentials, settings);
    },
  };
}
