import { randomUUID } from "node:crypto";
import { type Answer, type Call, type Context, type Front, type Request, VendorError } from "../cloud";
import { missing, type Parameters } from "./parameters";
import { sameSignature, sha256, signV2, signV3, stringToSignV2, stringToSignV3 } from "./signature";
import type { AlicloudWorld } from "./world";
import { toXml } from "./xml";

/** One action of an RPC-style API: a function of the world and of who asks for what. */
export interface Action {
  kind: Call["kind"];
  /** The parameters that name what a write changes, whichever are given. */
  parents?: string[];
  /** The answer beside RequestId. */
  run(call: RpcCall): object;
}

export interface RpcCall {
  world: AlicloudWorld;
  accountId: string;
  /** RegionId, or the region of the host that was called; undefined: any (a loopback address tells no region). */
  regionId: string | undefined;
  parameters: Parameters;
  accessKeyId: string;
  context: Context<AlicloudWorld>;
}

export interface Product {
  /** As in `api.aliyun.com/product/Ecs`; lower case in RAM policies. */
  name: string;
  version: string;
  actions: Record<string, Action>;
  /** What a RAM user without the right gets. */
  forbidden: VendorError;
  busy: VendorError;
  overlap?: Front<AlicloudWorld>["overlap"];
  /** Told of each refusal that an authenticated caller gets. */
  refused?(
    error: VendorError,
    call: { parameters: Parameters; accountId: string },
    context: Context<AlicloudWorld>,
  ): void;
}

/** An Alibaba Cloud front that speaks RPC style: one action a request, at `/`, by GET or POST. */
export function rpcFront(product: Product): Front<AlicloudWorld> {
  return {
    identify(request) {
      const parameters = parametersOf(request);
      const action = request.headers["x-acs-action"]?.toString() ?? parameters.get("Action") ?? "";
      const { kind = "read", parents = [] } = product.actions[action] ?? {};
      const regionId = parameters.get("RegionId") ?? regionOfHost(request.url.hostname);
      return {
        action,
        kind,
        ids: idsIn(parameters),
        parents: parents.flatMap((name) => parameters.get(name) ?? []),
        ...(regionId !== undefined && { region: regionId }),
      };
    },

    authenticate(request, call, context) {
      const parameters = parametersOf(request);
      const version = request.headers["x-acs-version"]?.toString() ?? parameters.get("Version");
      if (call.action === "") throw missing("Action");
      if (version === undefined) throw missing("Version");
      const { accountId, denied } = verify(request, parameters, context);
      // Source: Alibaba Cloud ECS API, "Client errors" (2021-07); the texts are those of the API gateway.
      if (version !== product.version) {
        throw new VendorError(400, "InvalidVersion", "Specified parameter Version is not valid.");
      }
      if (product.actions[call.action] === undefined) {
        throw new VendorError(
          404,
          "InvalidAction.NotFound",
          "Specified api is not found, please check your url and method.",
        );
      }
      const right = product.name.toLowerCase();
      if (denied.includes(`${right}:*`) || denied.includes(`${right}:${call.action}`))
        throw product.forbidden;
      return accountId;
    },

    perform(request, call, context) {
      const parameters = parametersOf(request);
      const action = product.actions[call.action] as Action;
      const { world, accountId = "" } = context;
      const accessKeyId = accessKeyIdOf(request, parameters) ?? "";
      const result = action.run({
        world,
        accountId,
        regionId: call.region,
        parameters,
        accessKeyId,
        context,
      });
      return answer(
        request,
        200,
        `${call.action}Response`,
        { RequestId: context.requestId, ...result },
        context,
      );
    },

    refuse(error, context, request) {
      const parameters = parametersOf(request);
      const { accountId } = context;
      if (accountId !== undefined) product.refused?.(error, { parameters, accountId }, context);
      // Source: an answer of the API gateway, quoted in many issues, e.g. {"RequestId","HostId","Code","Message","Recommend"}
      const body = {
        RequestId: context.requestId,
        HostId: request.headers.host ?? "",
        Code: error.code,
        Message: error.message,
        Recommend: `https://api.aliyun.com/troubleshoot?q=${error.code}&product=${product.name}&requestId=${context.requestId}`,
      };
      const refusal = answer(request, error.status, "Error", body, context);
      return { ...refusal, headers: { ...refusal.headers, ...error.headers } };
    },

    ...(product.overlap && { overlap: product.overlap }),

    errors: {
      // Source: Alibaba Cloud ECS API, "API throttling": codes hold "Throttling", also with 403 and 429.
      throttled: new VendorError(400, "Throttling.User", "Request was denied due to user flow control."),
      busy: product.busy,
      expired: expiredToken,
      internal: new VendorError(
        500,
        "InternalError",
        "The request processing has failed due to some unknown error.",
      ),
    },

    requestId: () => randomUUID().toUpperCase(),
  };
}

/** Query and form together, as the gateway sees them. */
function parametersOf(request: Request): Parameters {
  const form = /x-www-form-urlencoded/i.test(request.headers["content-type"] ?? "")
    ? new URLSearchParams(request.body.toString("utf8"))
    : [];
  return new Map([...request.url.searchParams, ...form]);
}

/** `ecs.cn-beijing.aliyuncs.com`, `ecs-cn-hangzhou.aliyuncs.com`, `ess-vpc.cn-beijing.aliyuncs.com` */
const regionOfHost = (host: string): string | undefined =>
  /^[a-z]+(?:-vpc)?[.-]([a-z]{2}-[a-z]+(?:-[a-z0-9]+)*)\.aliyuncs\.com$/.exec(host)?.[1];

/** Every value of a parameter whose name ends in Id or Ids, JSON arrays taken apart. */
function idsIn(parameters: Parameters): string[] {
  const ids = new Set<string>();
  for (const [name, value] of parameters) {
    if (
      !/Ids?(\.\d+)?$/.test(name) ||
      ["RegionId", "EnsRegionId", "AccessKeyId", "ExternalId"].includes(name)
    )
      continue;
    for (const id of value.startsWith("[") ? value.split(/[^\w-]+/) : [value]) if (id !== "") ids.add(id);
  }
  return [...ids];
}

/** RPC style answers in XML unless asked for JSON; with the V3 signature clients ask by `accept`. */
function answer(
  request: Request,
  status: number,
  name: string,
  body: object,
  context: Context<AlicloudWorld>,
): Answer {
  const format = parametersOf(request).get("Format");
  const v3 = request.headers.authorization !== undefined;
  const xml =
    format === undefined ? !v3 && !/json/.test(request.headers.accept ?? "") : /^xml$/i.test(format);
  return {
    status,
    headers: {
      "content-type": xml ? "text/xml;charset=utf-8" : "application/json;charset=utf-8",
      "x-acs-request-id": context.requestId,
    },
    body: xml ? `<?xml version='1.0' encoding='UTF-8'?>${toXml(name, body)}` : JSON.stringify(body),
  };
}

const authorizationOf = (request: Request) =>
  /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=(\w+)$/.exec(
    (request.headers.authorization ?? "").replace(/,\s+/g, ","),
  );

const accessKeyIdOf = (request: Request, parameters: Parameters): string | undefined =>
  authorizationOf(request)?.[1] ?? parameters.get("AccessKeyId");

// Codes, statuses and texts of the API gateway: Alibaba Cloud ECS, "FaaS FAQ", error codes for all API operations (2021),
// and Alibaba Cloud SMS, "API error codes" (InvalidTimeStamp.Expired: more than 15 minutes apart; SignatureNonceUsed).
const expiredToken = new VendorError(
  400,
  "InvalidSecurityToken.Expired",
  "Specified SecurityToken is expired.",
);
const clockTolerance = 15 * 60 * 1000;

/** Checks key, clock, signature, nonce and token, and says whose the key is. */
function verify(
  request: Request,
  parameters: Parameters,
  context: Context<AlicloudWorld>,
): { accountId: string; denied: string[] } {
  const v3 = authorizationOf(request);
  if (v3 === null && request.headers.authorization !== undefined) {
    throw new VendorError(
      400,
      "IncompleteSignature",
      "The request signature does not conform to Alibaba Cloud standards.",
    );
  }
  const header = (name: string): string | undefined => request.headers[name]?.toString();
  const need = (name: string, value: string | undefined): string => {
    if (value === undefined || value === "") throw missing(name);
    return value;
  };
  const accessKeyId = need("AccessKeyId", accessKeyIdOf(request, parameters));
  const timestamp = v3
    ? need("x-acs-date", header("x-acs-date"))
    : need("Timestamp", parameters.get("Timestamp"));
  const nonce = v3
    ? need("x-acs-signature-nonce", header("x-acs-signature-nonce"))
    : need("SignatureNonce", parameters.get("SignatureNonce"));
  const signature = v3 ? (v3[3] ?? "") : need("Signature", parameters.get("Signature"));

  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new VendorError(
      400,
      "InvalidTimeStamp.Format",
      "Specified time stamp or date value is not well formatted.",
    );
  }
  if (Math.abs(time - context.now()) > clockTolerance) {
    throw new VendorError(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.");
  }

  const { secret, ...caller } = lookUp(accessKeyId, context);
  const stringToSign = v3
    ? toSignV3(request, (v3[2] ?? "").split(";"))
    : stringToSignV2(request.method, parameters);
  const expected = v3 ? signV3(secret, stringToSign) : signV2(secret, stringToSign);
  if (!sameSignature(signature, expected)) {
    throw new VendorError(
      400,
      "SignatureDoesNotMatch",
      `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`,
    );
  }
  checkToken(header("x-acs-security-token") ?? parameters.get("SecurityToken"), caller, context);

  const used = `nonce ${accessKeyId} ${nonce}`;
  if (context.memory.has(used)) {
    throw new VendorError(400, "SignatureNonceUsed", "Specified signature nonce was used already.");
  }
  context.memory.set(used, true);
  return caller;
}

function toSignV3(request: Request, signedHeaders: string[]): string {
  const { method, headers, url, body } = request;
  const bodyHash = sha256(body);
  return stringToSignV3({
    method,
    path: url.pathname,
    query: url.searchParams,
    headers,
    signedHeaders,
    bodyHash,
  });
}

interface Caller {
  secret: string;
  accountId: string;
  denied: string[];
  session?: { securityToken: string; expiration: string };
}

function lookUp(accessKeyId: string, { world }: Context<AlicloudWorld>): Caller {
  const key = world.accessKeys[accessKeyId];
  if (key !== undefined) {
    if (key.inactive)
      throw new VendorError(400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled.");
    return { secret: key.secret, accountId: key.accountId, denied: key.denied ?? [] };
  }
  const session = world.sessions[accessKeyId];
  if (session === undefined) {
    throw new VendorError(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
  }
  const denied = world.roles[session.roleArn]?.denied ?? [];
  return { secret: session.secret, accountId: accountOfArn(session.roleArn), denied, session };
}

/** `acs:ram::1000000000000001:role/deployer` */
export const accountOfArn = (arn: string): string => arn.split(":")[3] ?? "";

function checkToken(
  token: string | undefined,
  { session }: Omit<Caller, "secret">,
  context: Context<AlicloudWorld>,
): void {
  if (session === undefined) {
    if (token === undefined || token === "") return;
    throw new VendorError(400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.");
  }
  if (token === undefined || token === "") {
    throw new VendorError(400, "MissingSecurityToken", "SecurityToken is mandatory for this action.");
  }
  if (token !== session.securityToken) {
    throw new VendorError(
      400,
      "InvalidSecurityToken.MismatchWithAccessKey",
      "Specified SecurityToken mismatch with the AccessKey.",
    );
  }
  if (context.now() >= Date.parse(session.expiration)) throw expiredToken;
}
