import { issue, rolesOf, validToken } from "../authentication";
import { unauthorized } from "../errors";
import { object, text } from "../json";
import type { IdentityWorld, Token } from "../world";
import { errors, expecting, notFound } from "./errors";

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
  return namedInDomain("user", asked, world.users, world);
}

/** The user or project that a login names: by its id, else by its name in a domain. */
function namedInDomain(
  what: "user" | "project",
  asked: Record<string, unknown>,
  all: Record<string, { name: string; domainId: string }>,
  { domains }: IdentityWorld,
): string | undefined {
  if (asked.id !== undefined) return text(asked.id);
  if (asked.domain === undefined) throw expecting("domain", what);
  const { id, name } = object(asked.domain);
  const domainId = text(id) ?? Object.keys(domains).find((key) => domains[key]?.name === name);
  return Object.keys(all).find((key) => all[key]?.name === asked.name && all[key]?.domainId === domainId);
}

/** A token for what the body of `POST /v3/auth/tokens` asks; throws as Keystone refuses. */
export function logIn(body: unknown, world: IdentityWorld, now: number): { id: string; token: Token } {
  if (body === undefined) throw expecting("valid JSON", "request body");
  const { auth } = object(body);
  if (auth === undefined) throw expecting("auth", "request body");
  const identity = object(object(auth).identity);
  if (!Array.isArray(identity.methods)) throw errors.noMethods;
  const used = identity.methods.map(String);
  const [name = ""] = used;
  const method = methods[name];
  if (method === undefined) throw errors.unsupportedMethod;
  if (identity[name] === undefined) throw expecting(name, "identity");
  const login: Token = {
    issuedAt: now,
    expiresAt: now + world.tokenSeconds * 1000,
    methods: used,
    ...method(object(identity[name]), world, now),
  };

  const { scope } = object(auth);
  if (scope !== undefined) {
    if (login.applicationCredentialId !== undefined) throw errors.scopedCredential;
    const projectId = namedInDomain("project", object(object(scope).project), world.projects, world);
    if (projectId === undefined) throw unauthorized;
    login.projectId = projectId;
  }
  if (login.projectId !== undefined && rolesOf(world, login).length === 0) throw unauthorized;
  return { id: issue(world, login), token: login };
}
