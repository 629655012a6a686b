import type { Context, Request } from "../cloud";
import { errors } from "./errors";
import type { Parameters } from "./parameters";
import { sameSignature, sha256, signV2, signV3, stringToSignV2, stringToSignV3 } from "./signature";
import type { AlicloudWorld, Session } from "./world";

/** Who asks. */
export interface Caller {
  accountId: string;
  accessKeyId: string;
  /** Actions that he has no right to. */
  denied: string[];
}

const clockTolerance = 15 * 60 * 1000;

/** Checks key, clock, signature, token and nonce, and says whose the key is. */
export function authenticate(
  request: Request,
  parameters: Parameters,
  context: Context<AlicloudWorld>,
): Caller {
  const v3 = authorizationOf(request);
  if (v3 === null && request.headers.authorization !== undefined) throw errors.incompleteSignature;
  const header = (name: string): string | undefined => request.headers[name]?.toString();
  const need = (name: string, value: string | undefined): string => {
    if (value === undefined || value === "") throw errors.missing(name);
    return value;
  };
  const accessKeyId = need("AccessKeyId", v3?.[1] ?? parameters.get("AccessKeyId"));
  const timestamp = v3
    ? need("x-acs-date", header("x-acs-date"))
    : need("Timestamp", parameters.get("Timestamp"));
  const nonce = v3
    ? need("x-acs-signature-nonce", header("x-acs-signature-nonce"))
    : need("SignatureNonce", parameters.get("SignatureNonce"));
  const signature = v3 ? (v3[3] ?? "") : need("Signature", parameters.get("Signature"));
  checkClock(timestamp, context);

  const { secret, session, ...caller } = lookUp(accessKeyId, context.world);
  const stringToSign = v3
    ? toSignV3(request, (v3[2] ?? "").split(";"))
    : stringToSignV2(request.method, parameters);
  const expected = v3 ? signV3(secret, stringToSign) : signV2(secret, stringToSign);
  if (!sameSignature(signature, expected)) throw errors.signature(stringToSign);
  checkToken(header("x-acs-security-token") ?? parameters.get("SecurityToken"), session, context);

  const used = `nonce ${accessKeyId} ${nonce}`;
  if (context.memory.has(used)) throw errors.nonceUsed;
  context.memory.set(used, true);
  return { accessKeyId, ...caller };
}

/** Access key, signed headers and signature of ACS3-HMAC-SHA256. */
const authorizationOf = (request: Request) =>
  /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=(\w+)$/.exec(
    (request.headers.authorization ?? "").replace(/,\s+/g, ","),
  );

function checkClock(timestamp: string, { now }: Context<AlicloudWorld>): void {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(time)) throw errors.timestampFormat;
  if (Math.abs(time - now()) > clockTolerance) throw errors.timestampExpired;
}

function toSignV3(request: Request, signedHeaders: string[]): string {
  const { method, headers, url, body } = request;
  return stringToSignV3({
    method,
    path: url.pathname,
    query: url.searchParams,
    headers,
    signedHeaders,
    bodyHash: sha256(body),
  });
}

function lookUp(
  accessKeyId: string,
  world: AlicloudWorld,
): Omit<Caller, "accessKeyId"> & { secret: string; session?: Session } {
  const key = world.accessKeys[accessKeyId];
  if (key !== undefined) {
    if (key.inactive) throw errors.inactiveKey;
    return { secret: key.secret, accountId: key.accountId, denied: key.denied ?? [] };
  }
  const session = world.sessions[accessKeyId];
  if (session === undefined) throw errors.noKey;
  const denied = world.roles[session.roleArn]?.denied ?? [];
  return { secret: session.secret, accountId: accountOfArn(session.roleArn), denied, session };
}

/** `acs:ram::1000000000000001:role/deployer` */
export const accountOfArn = (arn: string): string => arn.split(":")[3] ?? "";

function checkToken(
  token: string | undefined,
  session: Session | undefined,
  { now }: Context<AlicloudWorld>,
): void {
  if (session === undefined) {
    if (token === undefined || token === "") return;
    throw errors.malformedToken;
  }
  if (token === undefined || token === "") throw errors.noToken;
  if (token !== session.securityToken) throw errors.anotherToken;
  if (now() >= Date.parse(session.expiration)) throw errors.expiredToken;
}
