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
import { objectSetting, type Setting, type Settings } from "../core/util/settings";
import { credentialsFor } from "./credentials";
import { endpointOf, type Service } from "./endpoints";
import { limits } from "./errors";
import { regionOfProfile } from "./profiles";
import { type Credential, request } from "./request";
import { names, vendor } from "./settings";

/** Logs in: the region, the credentials, and the account that they belong to. @throws CloudError, or an Error that says what is missing. */
export async function connect(
  where: Where,
  settings: Settings,
  deadline: Deadline,
): Promise<TencentcloudSession> {
  const { connection } = where;
  const region = where.region ?? vendor.region(settings) ?? regionOfProfile(connection?.profile, settings);
  if (!region) {
    throw new Error(
      "no Tencent Cloud region: give the argument `region`, or set config tencentcloud:region or environment TENCENTCLOUD_REGION",
    );
  }
  hostLabel(region, "region");
  // Temporary credentials are asked for in a region: financial zones have an STS of their own.
  const key = `tencentcloud credentials ${settingsKey(vendor, settings)} ${canonical({ region, connection })}`;
  const credentials = keep(key, () => credentialsFor(connection, region, settings));
  const { secretId } = await credentials.current(deadline);
  const sts = endpointOf("sts", region, settings).host;
  const accountId = await accountOf(`tencentcloud ${sts} ${secretId}`, () => {
    const session = new TencentcloudSession("", region, credentials, settings);
    return session.call("sts", "GetCallerIdentity", {}, deadline, [], caller);
  });
  requireAllowed(accountId, settings);
  return new TencentcloudSession(accountId, region, credentials, settings);
}

/** Config `tencentcloud:allowedAccountIds` and `tencentcloud:forbiddenAccountIds`, as in the vendor's Pulumi package. */
function requireAllowed(accountId: string, settings: Settings): void {
  const list = ({ config = "" }: Setting) => (objectSetting<unknown[]>(settings, config) ?? []).map(String);
  const allowed = list(names.allowedAccountIds);
  if (allowed.length > 0 && !allowed.includes(accountId)) {
    throw new Error(
      `the credentials are of account ${accountId}, which tencentcloud:allowedAccountIds does not list`,
    );
  }
  if (list(names.forbiddenAccountIds).includes(accountId)) {
    throw new Error(
      `the credentials are of account ${accountId}, which tencentcloud:forbiddenAccountIds lists`,
    );
  }
}

/** Tencent Cloud, reached with certain credentials in a certain region. */
export class TencentcloudSession implements Session {
  /** Request ids of the last writes, by pair: an instance tells with them how a write ended that was answered long before. */
  readonly writes = new Map<string, string>();

  constructor(
    readonly accountId: string,
    readonly region: string,
    readonly credentials: Renewable<Credential>,
    readonly settings: Settings,
  ) {}

  /**
   * Calls one action and gives back the part of its answer that matters.
   *
   * @param ids - what the request is about, for the audit log.
   * @param shape - of that part, as the vendor documents it.
   * @throws CloudError
   */
  async call<T extends GenericSchema>(
    service: Service,
    action: string,
    params: object,
    deadline: Deadline,
    ids: readonly string[],
    shape: Shape<T>,
  ): Promise<InferOutput<T>> {
    const { accountId, region, settings } = this;
    const about = { cloud: "tencentcloud", product: service, accountId, region, action, ids };
    return this.credentials.use(deadline, isExpired, (credential) =>
      send(about, { limits, settings }, deadline, async () => {
        const reply = await request({ service, action, region, params }, credential, settings, deadline);
        const source = { action: `${service}:${action}`, requestId: reply.requestId };
        return { ...reply, body: answerOf(shape, reply.body, source) };
      }),
    );
  }
}

const caller = schema((v) => v.object({ AccountId: token() }));

/** "Token error" (common error codes of API 3.0), and what DescribeInstances has for it. Nothing was done. */
function isExpired({ code }: CloudError): boolean {
  return code === "AuthFailure.TokenFailure" || code === "UnauthorizedOperation.InvalidToken";
}
