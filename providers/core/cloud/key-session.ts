import type { GenericSchema, InferOutput } from "valibot";
import type { Deadline, Session, Vendor } from "../contract/cloud";
import type { CloudError, Verb, Verdict } from "../contract/errors";
import { parseJson } from "../util/json";
import { faults, schema } from "../util/schema";
import type { Settings } from "../util/settings";
import { answerOf, type Shape, token } from "./answer";
import { role } from "./credentials";
import { exchange } from "./http";
import { once } from "./kept";
import type { RateLimits } from "./rate-limit";
import type { Expiring, Renewable } from "./renewable";
import { type Reply, send } from "./request";

/** One action of an API. */
export interface KeyRequest<Product extends string> {
  product: Product;
  action: string;
  region: string;
  params: object;
  /** Parameters that must not stand in the URL. */
  form?: Record<string, string>;
  /** Those of the `params` that no message may repeat; nothing of the `form` is. */
  secrets?: readonly (string | undefined)[];
}

/** A cloud whose requests are signed with a key, and whose STS tells whose key it is and gives others for roles. */
export interface KeyApi<P extends string, C extends Expiring> {
  readonly vendor: Vendor;
  readonly limits: RateLimits;
  /** Where a product answers. @throws Error */
  endpointOf(product: P, region: string, settings: Settings): URL;
  /** One request, anonymous without a `credential`. @throws CloudError */
  exchange(
    request: KeyRequest<P>,
    credential: C | undefined,
    settings: Settings,
    deadline: Deadline,
  ): Promise<Reply<unknown>>;
  /** Whether the API refused a request because its temporary key has expired. Nothing was done then. */
  isExpired(error: CloudError): boolean;
  classify(error: CloudError, verb: Verb): Verdict;
}

/** What an action answers to a key, in that part that matters. @throws CloudError */
export function ask<P extends string, C extends Expiring, T extends GenericSchema>(
  api: KeyApi<P, C>,
  request: KeyRequest<P>,
  { shape, ids, accountId = "" }: { shape: Shape<T>; ids: readonly string[]; accountId?: string },
  credential: C | undefined,
  settings: Settings,
  deadline: Deadline,
): Promise<InferOutput<T>> {
  const { vendor, limits } = api;
  const { product, action, region } = request;
  const about = { cloud: vendor.name, product, accountId, region, action, ids };
  return send(about, { limits, settings }, deadline, async () => {
    const reply = await api.exchange(request, credential, settings, deadline);
    const source = { action: `${product}:${action}`, requestId: reply.requestId };
    return { ...reply, body: answerOf(shape, reply.body, source) };
  });
}

/** The same of an STS action that gives a key for a role. @throws CloudError, `unavailable` where the role is refused for good. */
export function askForRole<P extends string, C extends Expiring, T extends GenericSchema>(
  ...[api, ...rest]: Parameters<typeof ask<P, C, T>>
): Promise<InferOutput<T>> {
  return role(() => ask(api, ...rest), api.classify);
}

/** A cloud reached with certain keys in a certain region. */
export abstract class KeySession<P extends string, C extends Expiring> implements Session {
  abstract readonly api: KeyApi<P, C>;

  constructor(
    readonly accountId: string,
    readonly region: string,
    readonly credentials: Renewable<C>,
    readonly settings: Settings,
  ) {}

  /**
   * Calls one action and gives back the part of its answer that matters.
   *
   * @param params - as the vendor documents them, nested.
   * @param ids - what the request is about, for the audit log.
   * @param shape - of that part, as the vendor documents it.
   * @throws CloudError
   */
  call<T extends GenericSchema>(
    product: P,
    action: string,
    params: object,
    deadline: Deadline,
    ids: readonly string[],
    shape: Shape<T>,
  ): Promise<InferOutput<T>> {
    const { api, accountId, region, settings } = this;
    const request = { product, action, region, params };
    return this.credentials.use(deadline, api.isExpired, (credential) =>
      ask(api, request, { shape, ids, accountId }, credential, settings, deadline),
    );
  }
}

/** What a metadata service or an address of keys answers. It is asked without a proxy, whatever the environment says. */
export async function askDirectly<T extends GenericSchema>(
  url: URL,
  { action, what, shape }: { action: string; what: string; shape: Shape<T> },
  settings: Settings,
  deadline: Deadline,
): Promise<InferOutput<T>> {
  const request = { method: "GET", url, headers: {}, action, timeout: 10_000, direct: true } as const;
  const { status, text } = await exchange(request, settings, deadline);
  const answer = status === 200 ? parseJson(text) : undefined;
  if (faults(shape, answer).length === 0) return answer as InferOutput<T>;
  throw new Error(`${what} (HTTP ${status}) answered without a complete key`);
}

const caller = schema((v) => v.object({ AccountId: token() }));

/** The account that a key belongs to, asked once a process: that never changes. @param key - names it and where it was asked for. */
export function accountOf<P extends string, C extends Expiring>(
  session: KeySession<P | "sts", C>,
  key: string,
  deadline: Deadline,
): Promise<string> {
  return once(`account ${session.api.vendor.name} ${key}`, async () => {
    const answer = await session.call("sts", "GetCallerIdentity", {}, deadline, [], caller);
    return answer.AccountId;
  });
}
