import type { Renewable } from "../core/cloud/renewable";
import { send } from "../core/cloud/request";
import type { Deadline, Session } from "../core/contract/cloud";
import { CloudError } from "../core/contract/errors";
import type { Settings } from "../core/util/settings";
import type { Product } from "./endpoints";
import { limits } from "./errors";
import { type Credential, rpc } from "./rpc";

/** Alibaba Cloud, reached with certain credentials in a certain region. */
export class AlicloudSession implements Session {
  constructor(
    readonly accountId: string,
    readonly region: string,
    readonly credentials: Renewable<Credential>,
    readonly settings: Settings,
  ) {}

  /**
   * Calls one action and gives back the body of its answer, whose shape the caller knows from the vendor's documentation.
   *
   * @param params - nested as documented: `{ VServerGroup: [{ LoadBalancerId }] }`.
   * @param ids - what the request is about, for the audit log.
   * @throws CloudError
   */
  async call<Body = unknown>(
    product: Product,
    action: string,
    params: Record<string, unknown>,
    deadline: Deadline,
    ids: readonly string[],
  ): Promise<Body> {
    const { accountId, region, settings } = this;
    const request = { product, action, region, params };
    const once = (credential: Credential) =>
      send(
        { cloud: "alicloud", product, accountId, region, action, ids },
        { limits, settings },
        deadline,
        () => rpc(request, credential, settings, deadline),
      );
    const credential = await this.credentials.current(deadline);
    try {
      return (await once(credential)) as Body;
    } catch (error) {
      if (!credential.securityToken || !isExpired(error)) throw error;
      this.credentials.drop(credential);
      return (await once(await this.credentials.current(deadline))) as Body;
    }
  }
}

/** "Specified SecurityToken is expired." (common error codes of STS). Nothing was done. */
function isExpired(error: unknown): boolean {
  return error instanceof CloudError && error.code === "InvalidSecurityToken.Expired";
}
