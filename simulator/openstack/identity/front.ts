import { randomUUID } from "node:crypto";
import type { Caller, Context, Front, Request } from "../../cloud";
import { validToken } from "../authentication";
import { noSuchPath, unauthorized } from "../errors";
import { routed } from "../front";
import { json, page } from "../json";
import type { IdentityWorld, Token } from "../world";
import { createToken } from "./create-token";
import { errors } from "./errors";
import { listAuthProjects } from "./list-auth-projects";
import { listProjects } from "./list-projects";
import { listVersions } from "./list-versions";
import type { Catalogue, IdentityOperation } from "./operation";
import { revokeToken } from "./revoke-token";
import { showCatalog } from "./show-catalog";
import { showToken } from "./show-token";
import { showVersion } from "./show-version";

const operations: Record<string, IdentityOperation> = {
  "POST /v3/auth/tokens": createToken,
  "GET /v3/auth/tokens": showToken,
  "DELETE /v3/auth/tokens": revokeToken,
  "GET /v3/auth/catalog": showCatalog,
  "GET /v3/auth/projects": listAuthProjects,
  "GET /v3/projects": listProjects,
  "GET /v3": showVersion,
  "GET /": listVersions,
};

/** What another service that speaks Keystone v3 has of its own. */
interface Dialect<State extends IdentityWorld> {
  operations?: Record<string, IdentityOperation<State>>;
  /** Default: the token in X-Auth-Token. */
  callerOf?(request: Request, context: Context<State>): Token;
}

/**
 * Keystone v3: logging in, and what a token is good for.
 *
 * Source of every answer in this folder, unless said otherwise: measured on Keystone 22.0.2 (Zed) from Debian 12.
 */
export function identityFront<State extends IdentityWorld>(
  catalogue: Catalogue,
  { operations: own = {}, callerOf = byToken }: Dialect<State> = {},
): Front<State, Token & Caller> {
  const all: Record<string, IdentityOperation<State>> = { ...operations, ...own };
  const operationOf = ({ method, url }: Request) => routed(all, method, url.pathname).operation;
  return {
    identify: (request) => ({
      action: operationOf(request)?.action ?? "",
      kind: "session",
      ids: [],
      parents: [],
    }),
    authenticate(request, _call, context) {
      if (operationOf(request)?.known !== true) return anonymous;
      const caller = callerOf(request, context);
      return { ...caller, accountId: caller.projectId };
    },
    perform(request, _call, context, caller) {
      const operation = operationOf(request);
      if (operation === undefined) throw noSuchPath;
      return operation.run({ request, context, catalogue, caller, id: "" });
    },
    refuse(error, { requestId }, { url }) {
      const { status, code, message, headers } = error;
      const more = {
        "x-openstack-request-id": requestId,
        vary: "X-Auth-Token",
        ...(status === 401 && { "www-authenticate": `Keystone uri="${new URL("/v3", url)}"` }),
        ...headers,
      };
      if (error === noSuchPath) return page(error, more);
      return json(status, { error: { code: status, message, title: code } }, more);
    },
    errors,
    requestId: () => `req-${randomUUID()}`,
    path: "/v3",
  };
}

const anonymous: Token = { methods: [], userId: "", issuedAt: 0, expiresAt: 0 };

function byToken({ headers }: Request, { world, now }: Context<IdentityWorld>): Token {
  const token = validToken(world, headers["x-auth-token"], now());
  if (token === undefined) throw unauthorized;
  return token;
}
