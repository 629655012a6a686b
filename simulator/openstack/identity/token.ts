import { randomBytes } from "node:crypto";
import type { Context } from "../../cloud";
import { rolesOf, validToken } from "../authentication";
import type { IdentityWorld, Token } from "../world";
import { notFound } from "./errors";
import type { Catalogue, IdentityWork } from "./operation";

/** The token that the header X-Subject-Token names. */
export function subject({ request, context }: IdentityWork): Token {
  const token = validToken(context.world, request.headers["x-subject-token"], context.now());
  if (token === undefined) throw notFound("Could not recognize Fernet token");
  return token;
}

export function tokenBody(token: Token, { request, context, catalogue }: IdentityWork) {
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
export const microseconds = (time: number): string => new Date(time).toISOString().replace("Z", "000Z");

export function catalogBody(
  projectId: string,
  { urls, world }: Context<IdentityWorld>,
  catalogue: Catalogue,
) {
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
