import { timingSafeEqual } from "node:crypto";
import type { Context, Request } from "../cloud";
import { type Caller, validToken } from "../openstack/authentication";
import type { Token } from "../openstack/world";
import { errors } from "./errors";
import { parseAuthorization, parseDate, signatureOf } from "./signature";
import type { HuaweicloudWorld } from "./world";

/** "AK/SK authentication fails for more than five consecutive times, and the AK/SK pair is locked for five minutes." */
const lockout = { failures: 5, ms: 5 * 60_000 };

/** A request is good for 15 minutes. Source: "Signature Algorithm", X-Sdk-Date. */
const validity = 15 * 60_000;

/** Who asks, as a token would say: a user or agency; no project unless a token has one. */
export function authenticate(request: Request, context: Context<HuaweicloudWorld>): Token {
  const { authorization, "x-auth-token": token } = request.headers;
  if (authorization !== undefined) return bySignature(request, context);
  if (token === undefined) throw errors.noToken;
  const found = validToken(context.world, token, context.now());
  if (found === undefined) throw errors.token;
  return found;
}

function bySignature(request: Request, context: Context<HuaweicloudWorld>): Token {
  const { headers } = request;
  const given = parseAuthorization(headers.authorization);
  if (given === undefined) throw errors.malformed;
  const key = context.world.accessKeys[given.access];
  if (key === undefined) throw errors.noKey(given.access);
  const failures = failuresOf(given.access, context);
  if (failures.count > lockout.failures && context.now() < failures.last + lockout.ms) throw errors.locked;

  const expected = signatureOf(request, given.signedHeaders, key.secret);
  if (!given.signedHeaders.includes("x-sdk-date") || !sameText(expected, given.signature)) {
    if (context.variant("gateway.lockout") === "on") {
      failures.count++;
      failures.last = context.now();
    }
    throw errors.signature;
  }
  failures.count = 0;
  const date = headers["x-sdk-date"]?.toString();
  if (!(Math.abs(parseDate(date) - context.now()) <= validity)) {
    throw errors.expiredSignature(date, context.now());
  }
  const { securityToken, expiresAt = Number.POSITIVE_INFINITY } = key;
  if (securityToken !== headers["x-security-token"] || expiresAt <= context.now()) throw errors.token;
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
  if (roles.length === 0) throw errors.notAuthorized;
  return { accountId: projectId, projectId, roles, mayChange: roles.some((role) => role !== "reader") };
}

/** Roles by project of a user or agency. */
export const rolesIn = (world: HuaweicloudWorld, id: string): Record<string, string[]> =>
  (world.users[id] ?? world.agencies[id])?.roles ?? {};
