import type { Cloud } from "../cloud";
import { defaultWorld } from "./default-world";
import { ecs } from "./ecs/front";
import { iam } from "./iam/front";
import { variants } from "./variants";
import { vpc } from "./vpc/front";
import type { HuaweicloudWorld } from "./world";

/** A cloud built by Huawei: Nova and Neutron behind a gateway that checks signatures, and IAM. */
function cloudOf(
  defaultWorld: () => HuaweicloudWorld,
  config: (endpoints: Record<string, string>) => Record<string, string | undefined>,
): Cloud<HuaweicloudWorld> {
  return {
    defaultWorld,
    variants,
    fronts: { ecs, iam, vpc },
    endpoints(urls, world) {
      const [accessKey = "", key] = Object.entries(world.accessKeys)[0] ?? [];
      const user = world.users[key?.userId ?? ""];
      const [projectId = ""] = Object.keys(user?.roles ?? {});
      return {
        ecs: urls.ecs ?? "",
        iam: urls.iam ?? "",
        vpc: urls.vpc ?? "",
        authUrl: `${urls.iam}/v3`,
        region: world.region,
        projectId,
        projectName: world.projects[projectId]?.name ?? "",
        domainName: world.domains[user?.domainId ?? ""]?.name ?? "",
        userName: user?.name ?? "",
        password: user?.password ?? "",
        accessKey,
        secretKey: key?.secret ?? "",
      };
    },
    stack: (endpoints) => ({ config: config(endpoints), env: {} }),
  };
}

export const huaweicloud = cloudOf(
  () => defaultWorld("cn-north-4", "cn-east-3", "1"),
  ({ ecs, iam, vpc, region, accessKey, secretKey }) => ({
    "huaweicloud:region": region,
    "huaweicloud:accessKey": accessKey,
    "huaweicloud:secretKey": secretKey,
    "huaweicloud:endpoints": JSON.stringify({ ecs, iam, vpc }),
  }),
);

export const opentelekomcloud = cloudOf(
  () => defaultWorld("eu-de", "eu-nl", "2"),
  ({ ecs, vpc, authUrl, projectName, accessKey, secretKey }) => ({
    "opentelekomcloud:authUrl": authUrl,
    "opentelekomcloud:tenantName": projectName,
    "opentelekomcloud:accessKey": accessKey,
    "opentelekomcloud:secretKey": secretKey,
    "opentelekomcloud:endpointOverrides": JSON.stringify({ compute: ecs, network: vpc }),
  }),
);
