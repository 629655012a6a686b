import { checkedEndpoint } from "../core/cloud/plain-http";
import { objectSetting, type Settings } from "../core/util/settings";
import type { KeyAccess } from "./session";

/**
 * Where the services answer: `huaweicloud:endpoints` by product, else `https://<product>.<region>.<cloud>`; for IAM, `authUrl`
 * comes between them.
 *
 * @throws Error if one is malformed, or plain http to another machine without being allowed.
 */
export function endpointsOf(
  region: string,
  cloud: string,
  authUrl: string | undefined,
  settings: Settings,
): Pick<KeyAccess, "iam" | "endpoints"> {
  const configured = objectSetting<Record<string, string>>(settings, "huaweicloud:endpoints") ?? {};
  const url = (text: string, product: string) =>
    checkedEndpoint(text, `the endpoint of ${product} (huaweicloud:endpoints)`, settings);
  const ecs = url(configured.ecs ?? `https://ecs.${region}.${cloud}`, "ecs");
  // Whoever names another ECS without a VPC has none for us: Nova can be asked for groups, too.
  const vpc = configured.vpc ?? (configured.ecs === undefined ? `https://vpc.${region}.${cloud}` : undefined);
  const iam = url(configured.iam ?? authUrl ?? `https://iam.${region}.${cloud}`, "iam");
  return {
    iam,
    endpoints: (projectId: string) => ({
      compute: new URL(`/v2.1/${projectId}`, ecs),
      ...(vpc ? { network: url(vpc, "vpc") } : {}),
    }),
  };
}
