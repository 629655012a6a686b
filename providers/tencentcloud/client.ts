import type { Renewable } from "../core/cloud/renewable";
import { send } from "../core/cloud/request";
import type { Deadline, Session } from "../core/contract/cloud";
import { CloudError } from "../core/contract/errors";
import type { Settings } from "../core/util/settings";
import type { Service } from "./endpoints";
import { limits } from "./errors";
import { type Credential, request } from "./request";

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
   * Calls one action and gives back its answer, whose shape the caller knows from the SDK's models.
   *
   * @param ids - what the request is about, for the audit log.
   * @throws CloudError
   */
  async call<Answer = unknown>(
    service: Service,
    action: string,
    params: object,
    deadline: Deadline,
    ids: readonly string[],
  ): Promise<Answer> {
    const { accountId, region, settings } = this;
    const once = (credential: Credential) =>
      send(
        { cloud: "tencentcloud", product: service, accountId, region, action, ids },
        { limits, settings },
        deadline,
        () => request({ service, action, region, params }, credential, settings, deadline),
      );
    const credential = await this.credentials.current(deadline);
    try {
      return (await once(credential)) as Answer;
    } catch (error) {
      if (!credential.token || !isExpired(error)) throw error;
      this.credentials.drop(credential);
      return (await once(await this.credentials.current(deadline))) as Answer;
    }
  }
}

/** "Token error" (common error codes of API 3.0), and what DescribeInstances has for it. Nothing was done. */
function isExpired(error: unknown): boolean {
  return (
    error instanceof CloudError &&
    (error.code === "AuthFailure.TokenFailure" || error.code === "UnauthorizedOperation.InvalidToken")
  );
}
