import type { GatewayEndpoints } from "../huaweicloud/endpoints";
import type { Access } from "../openstack/credentials";
import { novaAt } from "../openstack/endpoints";

/** Where the services answer to an access key: `endpointOverrides`, else beside IAM. @throws Error if neither tells. */
export function endpointsOf({ authUrl, overrides }: Access): GatewayEndpoints {
  const compute = overrides.compute ?? serviceOf(authUrl, "ecs");
  // Where another ECS is named without a VPC, there is none for us: Nova can be asked for groups, too.
  const network = overrides.network ?? (overrides.compute ? undefined : serviceOf(authUrl, "vpc"));
  return {
    iam: authUrl,
    endpoints: (projectId) => ({
      compute: novaAt(compute, projectId),
      ...(network ? { network: new URL("/", network) } : {}),
    }),
  };
}

/** Services stand beside IAM: `iam.eu-de.otc.t-systems.com`, `ecs.eu-de.otc.t-systems.com`. */
function serviceOf(iam: URL, service: string): URL {
  const host = iam.host.replace(/^iam(-pub)?\./, `${service}.`);
  if (host !== iam.host) return new URL(`https://${host}`);
  throw new Error(
    `the ${service} endpoint cannot be told from the authentication URL (${iam.host}); set config opentelekomcloud:endpointOverrides`,
  );
}
