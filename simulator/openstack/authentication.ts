import { randomBytes } from "node:crypto";
import type { Caller as AnyCaller, Context, Request } from "../cloud";
import { unauthorized } from "./errors";
import type { IdentityWorld, Token } from "./world";

/** Who asks Nova or Neutron. */
export interface Caller extends AnyCaller {
  projectId: string;
  roles: string[];
  /** May change the groups of a server. */
  mayChange: boolean;
}

export const isAdmin = (caller: Caller): boolean => caller.roles.includes("admin");

/** Fernet tokens are 183 characters and more. Source: measured on Keystone 22.0.2 (Zed). */
export function issue(world: IdentityWorld, token: Token): string {
  const id = `gAAAAAB${randomBytes(132).toString("base64url")}`;
  world.tokens[id] = token;
  return id;
}

export function validToken(world: IdentityWorld, id: unknown, now: number): Token | undefined {
  const token = typeof id === "string" && Object.hasOwn(world.tokens, id) ? world.tokens[id] : undefined;
  return token !== undefined && token.expiresAt > now ? token : undefined;
}

/** The caller that X-Auth-Token names: a token with a project, in which its user still has a role. */
export function callerByToken(request: Request, context: Context<IdentityWorld>): Caller {
  const token = validToken(context.world, request.headers["x-auth-token"], context.now());
  const roles = rolesOf(context.world, token);
  if (token?.projectId === undefined || roles.length === 0) throw unauthorized;
  // Before 2023.1, Nova's own policy let a reader change groups. Source: Nova release notes, 27.0.0 (2023.1).
  const mayChange = context.variant("nova.release") !== "2024.2" || roles.some((role) => role !== "reader");
  return { accountId: token.projectId, projectId: token.projectId, roles, mayChange };
}

export const rolesOf = (world: IdentityWorld, token: Token | undefined): string[] =>
  (token?.projectId !== undefined && world.users[token.userId]?.roles[token.projectId]) || [];
