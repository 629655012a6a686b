import { timingSafeEqual } from "node:crypto";
import { type Answer, type Context, type Front, type Request, VendorError } from "../cloud";
import { json, noSuchPath } from "../openstack/json";
import { type Caller, validToken } from "../openstack/tokens";
import type { Token } from "../openstack/world";
import { parseAuthorization, parseDate, signatureOf } from "./signature";
import type { HuaweicloudWorld } from "./world";

/*
 * The API gateway before every service: it checks who asks, by signature or token.
 *
 * Sources: Huawei Cloud, API Request Signing Guide, "Error Codes" (status, code and the message's beginning), and
 * "Common Errors Related to IAM Authentication Information" (2026-02-09), for what follows the colon.
 */

const incorrect = (why: string): VendorError =>
  new VendorError(401, "APIGW.0301", `Incorrect IAM authentication information: ${why}`);

/** "AK/SK authentication fails for more than five consecutive times, and the AK/SK pair is locked for five minutes." */
const lockout = { failures: 5, ms: 5 * 60_000 };

/** A request is good for 15 minutes. Source: "Signature Algorithm", X-Sdk-Date. */
const validity = 15 * 60_000;

/** Who asks, as a token would say: a user or agency; no project unless a token has one. */
export function authenticate(request: Request, context: Context<HuaweicloudWorld>): Token {
  const { authorization, "x-auth-token": token } = request.headers;
  if (authorization !== undefined) return bySignature(request, context);
  if (token === undefined) throw incorrect("x-auth-token not found");
  const found = validToken(context.world, token, context.now());
  if (found === undefined) throw incorrect("decrypt token fail");
  return found;
}

function bySignature(request: Request, context: Context<HuaweicloudWorld>): Token {
  const { headers } = request;
  const given = parseAuthorization(headers.authorization);
  if (given === undefined) throw incorrect("the Authorization header is malformed");
  const key = context.world.accessKeys[given.access];
  if (key === undefined) throw incorrect(`Get secretKey failed,ak:${given.access},err:ak not exist`);
  const failures = failuresOf(given.access, context);
  if (failures.count > lockout.failures && context.now() < failures.last + lockout.ms) {
    throw incorrect("AK access failed to reach the limit,forbidden.");
  }

  const expected = signatureOf(request, given.signedHeaders, key.secret);
  if (!given.signedHeaders.includes("x-sdk-date") || !sameText(expected, given.signature)) {
    if (context.variant("gateway.lockout") === "on") {
      failures.count++;
      failures.last = context.now();
    }
    throw incorrect("verify aksk signature fail");
  }
  failures.count = 0;
  const date = headers["x-sdk-date"]?.toString();
  if (!(Math.abs(parseDate(date) - context.now()) <= validity)) {
    // Source: the same case of an app's signature, APIGW.0303 in "Error Codes".
    throw incorrect(
      `signature expired, signature time:${date}, server time:${new Date(context.now()).toISOString()}`,
    );
  }
  const { securityToken, expiresAt = Number.POSITIVE_INFINITY } = key;
  if (securityToken !== headers["x-security-token"] || expiresAt <= context.now()) {
    throw incorrect("decrypt token fail");
  }
  return { methods: [], userId: key.userId, issuedAt: 0, expiresAt };
}

function failuresOf(access: string, { memory }: Context<HuaweicloudWorld>): { count: number; last: number } {
  const name = `failures of ${access}`;
  const known = (memory.get(name) as { count: number; last: number } | undefined) ?? { count: 0, last: 0 };
  memory.set(name, known);
  return known;
}

const sameText = (one: string, two: string): boolean =>
  one.length === two.length && timingSafeEqual(Buffer.from(one), Buffer.from(two));

/** The caller of a service that works in projects: the token's, else that of X-Project-Id, else of the path. */
export function callerInProject(request: Request, context: Context<HuaweicloudWorld>): Caller {
  const principal = authenticate(request, context);
  const [, inPath] = /^\/v[\d.]+\/([0-9a-f]{32})\//.exec(request.url.pathname) ?? [];
  const projectId = principal.projectId ?? request.headers["x-project-id"]?.toString() ?? inPath ?? "";
  const roles = rolesIn(context.world, principal.userId)[projectId] ?? [];
  if (roles.length === 0) {
    throw new VendorError(403, "APIGW.0302", "The IAM user is not authorized to access the API.");
  }
  return { projectId, roles, mayChange: roles.some((role) => role !== "reader") };
}

/** Roles by project of a user or agency. */
export const rolesIn = (world: HuaweicloudWorld, id: string): Record<string, string[]> =>
  (world.users[id] ?? world.agencies[id])?.roles ?? {};

/** Puts a service behind the gateway: its errors stay its own, but paths it lacks are the gateway's to refuse. */
export function behindGateway(front: Front<HuaweicloudWorld>): Front<HuaweicloudWorld> {
  const { path: _path, ...service } = front;
  return {
    ...service,
    refuse(error, context, request): Answer {
      const { status, code, message, headers } = error;
      if (error === noSuchPath) return refuse(noSuchApi, context);
      return /^(APIGW|IAM)\./.test(code)
        ? refuse({ status, code, message, headers }, context)
        : service.refuse(error, context, request);
    },
    errors: {
      ...service.errors,
      throttled: new VendorError(
        429,
        "APIGW.0308",
        "The throttling threshold has been reached: policy user over ratelimit,limit:100,time:1 minute",
      ),
      expired: incorrect("decrypt token fail"),
    },
  };
}

const noSuchApi = new VendorError(
  404,
  "APIGW.0101",
  "The API does not exist or has not been published in the environment",
);

function refuse(
  { status, code, message, headers }: Pick<VendorError, "status" | "code" | "message" | "headers">,
  { requestId }: Context<HuaweicloudWorld>,
): Answer {
  const body = { error_msg: message, error_code: code, request_id: requestId };
  return json(status, body, { "x-request-id": requestId, ...headers });
}
