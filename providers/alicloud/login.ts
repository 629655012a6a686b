import { accountOf } from "../core/cloud/accounts";
import type { Renewable } from "../core/cloud/renewable";
import type { Connection, Deadline, Where } from "../core/contract/cloud";
import { canonical } from "../core/util/canonical";
import type { Settings } from "../core/util/settings";
import { AlicloudSession } from "./client";
import { alicloud } from "./cloud";
import { credentialsFor } from "./credentials";
import { endpointOf } from "./endpoints";
import { chosenProfile, readProfiles } from "./profiles";
import type { Credential } from "./rpc";

/** Logs in: the region, the credentials, and the account that they belong to. @throws CloudError, or an Error that says what is missing. */
export async function connect(
  where: Where,
  settings: Settings,
  deadline: Deadline,
): Promise<AlicloudSession> {
  const region = where.region ?? alicloud.region(settings) ?? regionOfProfile(where.connection, settings);
  if (!region) {
    throw new Error(
      "no Alibaba Cloud region: give the argument `region`, or set config alicloud:region or environment ALICLOUD_REGION",
    );
  }
  const credentials = shared(where.connection, where.recorded, settings);
  const accountId = await callerOf(credentials, region, settings, deadline);
  return new AlicloudSession(accountId, region, credentials, settings);
}

function regionOfProfile(connection: Connection | undefined, settings: Settings): string | undefined {
  const { current, profiles } = readProfiles(settings);
  const name = connection?.profile ?? chosenProfile(settings) ?? current;
  return profiles.find((profile) => profile.name === name)?.region_id;
}

const credentials = new WeakMap<Settings, Map<string, Renewable<Credential>>>();

/** Sessions in several regions share their temporary credentials. */
function shared(
  connection: Connection | undefined,
  recorded: boolean,
  settings: Settings,
): Renewable<Credential> {
  const known = credentials.get(settings) ?? new Map<string, Renewable<Credential>>();
  credentials.set(settings, known);
  const key = canonical({ connection, recorded });
  const credential = known.get(key) ?? credentialsFor(connection, recorded, settings);
  known.set(key, credential);
  return credential;
}

/** The account the credentials belong to. */
async function callerOf(
  own: Renewable<Credential>,
  region: string,
  settings: Settings,
  deadline: Deadline,
): Promise<string> {
  const { accessKeyId } = await own.current(deadline);
  return accountOf(`alicloud ${endpointOf("sts", region, settings).host} ${accessKeyId}`, async () => {
    const session = new AlicloudSession("", region, own, settings);
    const answer = await session.call<{ AccountId?: string }>("sts", "GetCallerIdentity", {}, deadline, []);
    return answer.AccountId;
  });
}
