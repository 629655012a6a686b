import type { GenericSchema, InferOutput } from "valibot";
import { answerOf, type Shape, token } from "../core/cloud/answer";
import { accountOf } from "../core/cloud/credentials";
import { hostLabel } from "../core/cloud/endpoint";
import { keep } from "../core/cloud/kept";
import type { Renewable } from "../core/cloud/renewable";
import { send } from "../core/cloud/request";
import { settingsKey } from "../core/cloud/settings-key";
import type { Deadline, Session, Where } from "../core/contract/cloud";
import type { CloudError } from "../core/contract/errors";
import { canonical } from "../core/util/canonical";
import { schema } from "../core/util/schema";
import type { Settings } from "../core/util/settings";
import { credentialsFor } from "./credentials";
import { endpointOf, type Product } from "./endpoints";
import { limits } from "./errors";
import { regionOfProfile } from "./profiles";
import { type Credential, rpc } from "./rpc";
import { vendor } from "./settings";

/** Logs in: the region, the credentials, and the account that they belong to. @throws CloudError, or an Error that says what is missing. */
export async function connect(
  where: Where,
  settings: Settings,
  deadline: Deadline,
): Promise<AlicloudSession> {
  const { connection } = where;
  const region = where.region ?? vendor.region(settings) ?? regionOfProfile(connection?.profile, settings);
  if (!region) {
    throw new Error(
      "no Alibaba Cloud region: give the argument `region`, or set config alicloud:region or environment ALICLOUD_REGION",
    );
  }
  hostLabel(region, "region");
  // Sessions in several regions share their temporary credentials.
  const key = `alicloud credentials ${settingsKey(vendor, settings)} ${canonical(connection)}`;
  const credentials = keep(key, () => credentialsFor(connection, settings));
  const { accessKeyId } = await credentials.current(deadline);
  const sts = endpointOf("sts", region, settings).host;
  const accountId = await accountOf(`alicloud ${sts} ${accessKeyId}`, () => {
    const session = new AlicloudSession("", region, credentials, settings);
    return session.call("sts", "GetCallerIdentity", {}, deadline, [], caller);
  });
  return new AlicloudSession(accountId, region, credentials, settings);
}

/** Alibaba Cloud, reached with certain credentials in a certain region. */
export class AlicloudSession implements Session {
  constructor(
    readonly accountId: string,
    readonly region: string,
    readonly credentials: Renewable<Credential>,
    readonly settings: Settings,
  ) {}

  /**
   * Calls one action and gives back the part of its answer that matters.
   *
   * @param params - nested as documented: `{ VServerGroup: [{ LoadBalancerId }] }`.
   * @param ids - what the request is about, for the audit log.
   * @param shape - of that part, as the vendor documents it.
   * @throws CloudError
   */
  async call<T extends GenericSchema>(
    product: Product,
    action: string,
    params: Record<string, unknown>,
    deadline: Deadline,
    ids: readonly string[],
    shape: Shape<T>,
  ): Promise<InferOutput<T>> {
    const { accountId, region, settings } = this;
    const about = { cloud: "alicloud", product, accountId, region, action, ids };
    return this.credentials.use(deadline, isExpired, (credential) =>
      send(about, { limits, settings }, deadline, async () => {
        const reply = await rpc({ product, action, region, params }, credential, settings, deadline);
        const source = { action: `${product}:${action}`, requestId: reply.requestId };
        return { ...reply, body: answerOf(shape, reply.body, source) };
      }),
    );
  }
}

const caller = schema((v) => v.object({ AccountId: token() }));

/** "Specified SecurityToken is expired." (common error codes of STS). Nothing was done. */
function isExpired({ code }: CloudError): boolean {
  return code === "InvalidSecurityToken.Expired";
}
