import { randomBytes, randomUUID } from "node:crypto";
import { type Answer, type Context, type Front, type Request, VendorError } from "../cloud";
import { json, jsonBody, noSuchPath, object, page, text } from "./json";
import { issue, rolesOf, unauthorized, validToken } from "./tokens";
import type { IdentityWorld, Token } from "./world";

/*
 * Keystone v3: logging in, and what a token is good for.
 *
 * Source of every answer here, unless said otherwise: measured on Keystone 22.0.2 (Zed) from Debian 12.
 */

/** Which services the catalogue names, with their urls: `urls` are the fronts', `projectId` that of the token. */
export type Catalogue = (urls: Readonly<Record<string, string>>, projectId: string) => Service[];

export interface Service {
  type: string;
  name: string;
  url: string;
}

const malformed = (what: string): VendorError =>
  new VendorError(
    400,
    "Bad Request",
    `${what} The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.`,
  );
const expecting = (what: string, where: string): VendorError =>
  malformed(`Expecting to find ${what} in ${where}.`);
const notFound = (message: string): VendorError => new VendorError(404, "Not Found", message);

// ---------------------------------------------------------------- logging in

type Login = Pick<Token, "userId" | "projectId" | "applicationCredentialId"> & Partial<Token>;

const methods: Record<string, (given: Record<string, unknown>, world: IdentityWorld, now: number) => Login> =
  {
    password(given, world) {
      const asked = object(given.user);
      const userId = userNamed(asked, world);
      const user = userId === undefined ? undefined : world.users[userId];
      if (userId === undefined || user === undefined || user.password !== asked.password) throw unauthorized;
      return { userId };
    },

    /** The new token ends with the old one. */
    token(given, world, now) {
      const token = validToken(world, given.id, now);
      if (token === undefined) throw notFound("Could not recognize Fernet token");
      return { userId: token.userId, methods: ["token", ...token.methods], expiresAt: token.expiresAt };
    },

    application_credential(given, world) {
      const all = world.applicationCredentials;
      let id = text(given.id);
      if (id === undefined) {
        if (given.user === undefined) throw expecting("user", "application credential");
        const userId = userNamed(object(given.user), world);
        id = Object.keys(all).find((key) => all[key]?.name === given.name && all[key]?.userId === userId);
      }
      const credential = all[id ?? ""];
      if (id === undefined || credential === undefined) {
        throw notFound(`Could not find Application Credential: ${id ?? given.name}.`);
      }
      if (credential.secret !== given.secret) throw unauthorized;
      return { userId: credential.userId, projectId: credential.projectId, applicationCredentialId: id };
    },
  };

function userNamed(asked: Record<string, unknown>, world: IdentityWorld): string | undefined {
  if (asked.id !== undefined) return text(asked.id);
  if (asked.domain === undefined) throw expecting("domain", "user");
  const domainId = domainNamed(object(asked.domain), world);
  return Object.keys(world.users).find(
    (id) => world.users[id]?.name === asked.name && world.users[id]?.domainId === domainId,
  );
}

const domainNamed = (asked: Record<string, unknown>, world: IdentityWorld): string | undefined =>
  text(asked.id) ?? Object.keys(world.domains).find((id) => world.domains[id]?.name === asked.name);

function projectNamed(asked: Record<string, unknown>, world: IdentityWorld): string | undefined {
  if (asked.id !== undefined) return text(asked.id);
  if (asked.domain === undefined) throw expecting("domain", "project");
  const domainId = domainNamed(object(asked.domain), world);
  return Object.keys(world.projects).find(
    (id) => world.projects[id]?.name === asked.name && world.projects[id]?.domainId === domainId,
  );
}

/** A token for what the body of `POST /v3/auth/tokens` asks; throws as Keystone refuses. */
export function logIn(body: unknown, world: IdentityWorld, now: number): { id: string; token: Token } {
  if (body === undefined) throw expecting("valid JSON", "request body");
  const { auth } = object(body);
  if (auth === undefined) throw expecting("auth", "request body");
  const identity = object(object(auth).identity);
  if (!Array.isArray(identity.methods)) {
    throw new VendorError(
      400,
      "Bad Request",
      "Invalid input for field 'identity': 'methods' is a required property",
    );
  }
  const used = identity.methods.map(String);
  const [name = ""] = used;
  const method = methods[name];
  if (method === undefined) {
    throw new VendorError(401, "Unauthorized", "Attempted to authenticate with an unsupported method.");
  }
  if (identity[name] === undefined) throw expecting(name, "identity");
  const login: Token = {
    issuedAt: now,
    expiresAt: now + world.tokenSeconds * 1000,
    methods: used,
    ...method(object(identity[name]), world, now),
  };

  const { scope } = object(auth);
  if (scope !== undefined) {
    if (login.applicationCredentialId !== undefined) {
      const message =
        "Error authenticating with application credential: Application credentials cannot request a scope.";
      throw new VendorError(401, "Unauthorized", message);
    }
    const projectId = projectNamed(object(object(scope).project), world);
    if (projectId === undefined) throw unauthorized;
    login.projectId = projectId;
  }
  if (login.projectId !== undefined && rolesOf(world, login).length === 0) throw unauthorized;
  return { id: issue(world, login), token: login };
}

// ---------------------------------------------------------------- operations

export interface Work<State extends IdentityWorld = IdentityWorld> {
  request: Request;
  context: Context<State>;
  /** Who asks, where the operation wants to know. */
  caller: Token;
  catalogue: Catalogue;
}

export interface Operation<State extends IdentityWorld = IdentityWorld> {
  action: string;
  /** Only for those who have logged in. */
  known: boolean;
  run(work: Work<State>): Answer;
}

/** The token that the header X-Subject-Token names. */
function subject({ request, context }: Work): Token {
  const token = validToken(context.world, request.headers["x-subject-token"], context.now());
  if (token === undefined) throw notFound("Could not recognize Fernet token");
  return token;
}

const operations: Record<string, Operation> = {
  "POST /v3/auth/tokens": {
    action: "createToken",
    known: false,
    run: (work) => {
      const { id, token } = logIn(jsonBody(work.request), work.context.world, work.context.now());
      return json(201, { token: tokenBody(token, work) }, { "x-subject-token": id });
    },
  },
  "GET /v3/auth/tokens": {
    action: "showToken",
    known: true,
    run: (work) => json(200, { token: tokenBody(subject(work), work) }),
  },
  "DELETE /v3/auth/tokens": {
    action: "revokeToken",
    known: true,
    run: (work) => {
      subject(work);
      delete work.context.world.tokens[String(work.request.headers["x-subject-token"])];
      return { status: 204, body: "" };
    },
  },
  "GET /v3/auth/catalog": {
    action: "showCatalog",
    known: true,
    run: ({ caller, context, catalogue }) =>
      json(200, { catalog: catalogBody(caller.projectId ?? "", context, catalogue) }),
  },
  "GET /v3/auth/projects": {
    action: "listAuthProjects",
    known: true,
    run: ({ caller, context: { world } }) => {
      const { roles = {} } = world.users[caller.userId] ?? {};
      const mine = Object.keys(world.projects).filter((id) => (roles[id] ?? []).length > 0);
      return json(200, { projects: mine.map((id) => projectBody(id, world)) });
    },
  },
  "GET /v3/projects": {
    action: "listProjects",
    known: true,
    run: ({ caller, request, context: { world } }) => {
      if (!rolesOf(world, caller).includes("admin")) {
        throw new VendorError(
          403,
          "Forbidden",
          "You are not authorized to perform the requested action: identity:list_projects.",
        );
      }
      return json(200, { projects: projectsNamed(request, world) });
    },
  },
  "GET /v3": { action: "showVersion", known: false, run: (work) => json(200, { version: version(work) }) },
  "GET /": {
    action: "listVersions",
    known: false,
    run: (work) => json(300, { versions: { values: [version(work)] } }),
  },
};

const version = ({ request }: Work) => ({
  id: "v3.14",
  status: "stable",
  updated: "2020-04-07T00:00:00Z",
  links: [{ rel: "self", href: new URL("/v3/", request.url).href }],
});

/** The projects that the query asks for by name. */
export function projectsNamed({ url }: Request, world: IdentityWorld) {
  const name = url.searchParams.get("name");
  const ids = Object.keys(world.projects).filter((id) => name === null || world.projects[id]?.name === name);
  return ids.map((id) => projectBody(id, world));
}

const projectBody = (id: string, world: IdentityWorld) => ({
  id,
  name: world.projects[id]?.name ?? "",
  domain_id: world.projects[id]?.domainId ?? "",
  enabled: true,
  is_domain: false,
});

function tokenBody(token: Token, { request, context, catalogue }: Work) {
  const { world } = context;
  const { projectId, applicationCredentialId } = token;
  const domain = (id: string) => ({ id, name: world.domains[id]?.name ?? "" });
  const user = world.users[token.userId];
  const project = projectId === undefined ? undefined : world.projects[projectId];
  return {
    methods: token.methods,
    user: { id: token.userId, name: user?.name ?? "", domain: domain(user?.domainId ?? "") },
    audit_ids: [randomBytes(16).toString("base64url")],
    issued_at: microseconds(token.issuedAt),
    expires_at: microseconds(token.expiresAt),
    ...(projectId !== undefined && {
      project: { id: projectId, name: project?.name ?? "", domain: domain(project?.domainId ?? "") },
      is_domain: false,
      roles: rolesOf(world, token).map((name) => ({ id: `simulator-role-${name}`, name })),
      ...(!request.url.searchParams.has("nocatalog") && {
        catalog: catalogBody(projectId, context, catalogue),
      }),
    }),
    ...(applicationCredentialId !== undefined && {
      application_credential: {
        id: applicationCredentialId,
        name: world.applicationCredentials[applicationCredentialId]?.name ?? "",
        restricted: true,
      },
    }),
  };
}

/** As Keystone writes times: 2026-11-21T03:15:16.000000Z. */
const microseconds = (time: number): string => new Date(time).toISOString().replace("Z", "000Z");

function catalogBody(projectId: string, { urls, world }: Context<IdentityWorld>, catalogue: Catalogue) {
  return catalogue(urls, projectId).map(({ type, name, url }) => ({
    id: `simulator-service-${name}`,
    type,
    name,
    endpoints: ["public", "internal", "admin"].map((itf) => ({
      id: `simulator-endpoint-${name}-${itf}`,
      interface: itf,
      region_id: world.region,
      region: world.region,
      url,
    })),
  }));
}

/** What another service that speaks Keystone v3 has of its own. */
export interface Dialect<State extends IdentityWorld> {
  operations?: Record<string, Operation<State>>;
  /** Default: the token in X-Auth-Token. */
  callerOf?(request: Request, context: Context<State>): Token;
}

export function keystoneFront<State extends IdentityWorld>(
  catalogue: Catalogue,
  { operations: own = {}, callerOf = byToken }: Dialect<State> = {},
): Front<State> {
  const all: Record<string, Operation<State>> = { ...operations, ...own };
  const routeOf = ({ method, url }: Request): Operation<State> | undefined =>
    all[`${method} ${url.pathname.replace(/(.)\/$/, "$1")}`];
  const callers = new WeakMap<Request, Token>();
  return {
    identify: (request) => ({
      action: routeOf(request)?.action ?? "",
      kind: "session",
      ids: [],
      parents: [],
    }),
    authenticate(request, _call, context) {
      if (routeOf(request)?.known !== true) return undefined;
      const caller = callerOf(request, context);
      callers.set(request, caller);
      return caller.projectId;
    },
    perform(request, _call, context) {
      const operation = routeOf(request);
      const none: Token = { methods: [], userId: "", issuedAt: 0, expiresAt: 0 };
      if (operation === undefined) throw noSuchPath;
      return operation.run({ request, context, catalogue, caller: callers.get(request) ?? none });
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
    errors: {
      // Keystone sets no rate and is never busy; a proxy before it may.
      throttled: new VendorError(429, "Too Many Requests", "Too many requests.", { "retry-after": "1" }),
      busy: new VendorError(409, "Conflict", "Conflict occurred attempting to store the request."),
      expired: unauthorized,
      // Source: openstack/keystone, keystone/exception.py, UnexpectedError.
      internal: new VendorError(
        500,
        "Internal Server Error",
        "An unexpected error prevented the server from fulfilling your request.",
      ),
    },
    requestId: () => `req-${randomUUID()}`,
    path: "/v3",
  };
}

function byToken({ headers }: Request, { world, now }: Context<IdentityWorld>): Token {
  const token = validToken(world, headers["x-auth-token"], now());
  if (token === undefined) throw unauthorized;
  return token;
}
