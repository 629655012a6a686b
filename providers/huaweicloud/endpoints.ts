import { endpoint, hostLabel } from "../core/cloud/endpoint";
import { type Settings, textOf } from "../core/util/settings";
import type { Endpoints } from "../openstack/endpoints";
import { names } from "./settings";

/** Where the services of a region answer, behind Huawei's gateway. */
export interface GatewayEndpoints {
  iam: URL;
  endpoints(projectId: string): Endpoints;
}

/**
 * Where the services answer: `huaweicloud:endpoints` by product, else `https://<product>.<region>.<cloud>`; for IAM, `authUrl`
 * comes between them.
 *
 * @param cloud - the configured one, `myhuaweicloud.com`.
 * @throws Error if one is malformed, or plain http to another machine without being allowed.
 */
export function endpointsOf(
  region: string,
  cloud: string | undefined,
  authUrl: string | undefined,
  settings: Settings,
): GatewayEndpoints {
  // The vendor's own rule.
  const domain = cloud ?? (region.startsWith("eu-west-1") ? "myhuaweicloud.eu" : "myhuaweicloud.com");
  const of = (product: "ecs" | "vpc" | "iam", configured: string | undefined) => {
    const text = configured ?? `https://${product}.${hostLabel(region, "region")}.${domain}`;
    return endpoint(text, `the endpoint of ${product} (huaweicloud:endpoints)`, settings, { path: true });
  };
  const [ownEcs, ownVpc] = [textOf(settings, names.ecsEndpoint), textOf(settings, names.vpcEndpoint)];
  const ecs = of("ecs", ownEcs);
  // Where another ECS is named without a VPC, there is none for us: Nova can be asked for groups, too.
  const vpc = ownVpc !== undefined || ownEcs === undefined ? of("vpc", ownVpc) : undefined;
  return {
    iam: of("iam", textOf(settings, names.iamEndpoint) ?? authUrl),
    endpoints: (projectId) => ({
      compute: new URL(`/v2.1/${encodeURIComponent(projectId)}`, ecs),
      ...(vpc ? { network: new URL(vpc) } : {}),
    }),
  };
}
