import OpenApi, { $OpenApiUtil, OpenApiUtil } from "@alicloud/openapi-core";
import * as $dara from "@darabonba/typescript";
import type { Simulator } from "../../simulator/index";

export const versions = {
  ess: "2014-08-28",
  ecs: "2014-05-26",
  ens: "2017-11-10",
  sts: "2015-04-01",
} as const;
export type Product = keyof typeof versions;

export interface Key {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
}

export const mainKey: Key = { accessKeyId: "simulator-main-key", accessKeySecret: "simulator-main-secret" };
export const otherKey: Key = {
  accessKeyId: "simulator-other-key",
  accessKeySecret: "simulator-other-secret",
};
export const readerKey: Key = {
  accessKeyId: "simulator-reader-key",
  accessKeySecret: "simulator-reader-secret",
};

/** An instance and a group of the first account that it is not in. */
export const pair = { RegionId: "cn-hangzhou", InstanceId: "i-bp1web01", SecurityGroupId: "sg-bp1app01" };

export interface CallOptions {
  key?: Key;
  /** v2: HMAC-SHA1. Default ACS3-HMAC-SHA256. */
  signatureAlgorithm?: "v2";
  method?: "GET" | "POST";
  version?: string;
  /** Send the parameters as a form instead of in the URL. */
  form?: boolean;
}

/** A call by the vendor's official client; the answer's body. Rejects with what that client makes of a refusal. */
export async function call(
  simulator: Simulator,
  product: Product,
  action: string,
  parameters: Record<string, unknown>,
  {
    key = mainKey,
    signatureAlgorithm,
    method = "POST",
    version = versions[product],
    form = false,
  }: CallOptions = {},
): Promise<Record<string, unknown>> {
  const client = new OpenApi(
    new $OpenApiUtil.Config({
      ...key,
      endpoint: new URL(simulator.endpoints.alicloud[product] ?? "").host,
      protocol: "HTTP",
      readTimeout: 60_000,
      connectTimeout: 60_000,
      signatureAlgorithm,
    }),
  );
  const params = new $OpenApiUtil.Params({
    action,
    version,
    protocol: "HTTP",
    pathname: "/",
    method,
    authType: "AK",
    style: "RPC",
    reqBodyType: "formData",
    bodyType: "json",
  });
  const query = OpenApiUtil.query(parameters);
  const request = new $OpenApiUtil.OpenApiRequest(form ? { body: query } : { query });
  const answer = await client.callApi(params, request, new $dara.RuntimeOptions({}));
  return answer.body as Record<string, unknown>;
}

/** The code and HTTP status of the refusal; fails if the call succeeds. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    const { code, statusCode } = error as { code?: string; statusCode?: number };
    if (statusCode === undefined) throw error;
    return `${statusCode} ${code}`;
  }
  throw new Error("it was not refused");
}
