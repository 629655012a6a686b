import { randomBytes } from "node:crypto";
import { VendorError } from "../cloud";
import { json, jsonBody, object, text } from "../openstack/json";
import {
  type Catalogue,
  keystoneFront,
  type Operation,
  projectsNamed,
  type Work,
} from "../openstack/keystone";
import { authenticate, behindGateway, rolesIn } from "./gateway";
import type { HuaweicloudWorld } from "./world";

/*
 * Identity and Access Management: Keystone v3 with projects anybody may list, and temporary access keys.
 *
 * Source: Huawei Cloud, IAM API Reference, the page of each operation; errors of /v3.0 in its "Error Codes".
 */

/** Urls hold the project, as in the catalogues of Huawei Cloud and Open Telekom Cloud. */
const catalogue: Catalogue = (urls, projectId) => [
  { type: "identity", name: "iam", url: `${urls.iam}/v3` },
  { type: "compute", name: "nova", url: `${urls.ecs}/v2.1/${projectId}` },
  { type: "network", name: "neutron", url: urls.vpc ?? "" },
];

const invalid = (what: string): VendorError =>
  new VendorError(400, "IAM.0007", `Request parameter ${what} is invalid.`);

const operations: Record<string, Operation<HuaweicloudWorld>> = {
  // https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html
  "GET /v3/projects": {
    action: "KeystoneListProjects",
    known: true,
    run: ({ request, caller, context: { world } }) => {
      const domainId = domainOf(world, caller.userId);
      const mine = projectsNamed(request, world).filter((project) => project.domain_id === domainId);
      return json(200, { projects: mine, links: { self: request.url.href, previous: null, next: null } });
    },
  },
  // https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0002.html
  "GET /v3/auth/projects": {
    action: "KeystoneListAuthProjects",
    known: true,
    run: ({ request, caller, context: { world } }) => {
      const mine = rolesIn(world, caller.userId);
      return json(200, {
        projects: projectsNamed(request, world).filter(({ id }) => (mine[id] ?? []).length > 0),
      });
    },
  },
  // https://support.huaweicloud.com/intl/en-us/api-iam/iam_07_0001.html
  "GET /v3/auth/domains": {
    action: "KeystoneListAuthDomains",
    known: true,
    run: ({ caller, context: { world } }) => {
      const id = domainOf(world, caller.userId);
      return json(200, { domains: [{ id, name: world.domains[id]?.name ?? "", enabled: true }] });
    },
  },
  // https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html (agency), iam_04_0002.html (token)
  "POST /v3.0/OS-CREDENTIAL/securitytokens": {
    action: "CreateTemporaryAccessKey",
    known: true,
    run: (work) => {
      const identity = object(object(object(jsonBody(work.request)).auth).identity);
      const method = Array.isArray(identity.methods) ? identity.methods[0] : undefined;
      if (method !== "assume_role" && method !== "token") {
        throw new VendorError(400, "IAM.0011", "Request body is invalid.");
      }
      const given = object(identity[method]);
      const { duration_seconds: seconds = 900 } = given;
      if (typeof seconds !== "number" || seconds < 900 || seconds > 86_400) throw invalid("duration_seconds");
      const userId = method === "token" ? work.caller.userId : agencyNamed(given, work);
      const access = `simulator-temporary-${randomBytes(8).toString("hex")}`;
      const secret = randomBytes(20).toString("hex");
      const securityToken = randomBytes(96).toString("base64");
      const expiresAt = work.context.now() + seconds * 1000;
      work.context.world.accessKeys[access] = { secret, userId, securityToken, expiresAt };
      const expires_at = new Date(expiresAt).toISOString().replace("Z", "000Z");
      return json(201, { credential: { access, secret, securitytoken: securityToken, expires_at } });
    },
  },
};

const domainOf = (world: HuaweicloudWorld, id: string): string =>
  (world.users[id] ?? world.agencies[id])?.domainId ?? "";

/** The agency of that name in the account that is named, if it trusts the caller's. */
function agencyNamed(
  given: Record<string, unknown>,
  { caller, context: { world } }: Work<HuaweicloudWorld>,
): string {
  const name = text(given.agency_name);
  if (name === undefined) throw invalid("agency_name");
  const domainId =
    text(given.domain_id) ??
    Object.keys(world.domains).find((id) => world.domains[id]?.name === given.domain_name);
  if (domainId === undefined) throw invalid("domain_name");
  const found = Object.entries(world.agencies).find(
    ([, agency]) => agency.name === name && agency.domainId === domainId,
  );
  if (found === undefined) throw new VendorError(404, "IAM.0004", `Could not find agency: ${name}.`);
  const [id, { trustedDomainId }] = found;
  if (trustedDomainId !== domainOf(world, caller.userId)) {
    throw new VendorError(403, "IAM.0002", "You are not authorized to perform the requested action.");
  }
  return id;
}

export const iamFront = behindGateway(
  keystoneFront<HuaweicloudWorld>(catalogue, { operations, callerOf: authenticate }),
);
