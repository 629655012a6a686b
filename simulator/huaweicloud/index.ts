import type { Cloud } from "../cloud";
import { defaultWorld } from "./default-world";
import { ecs } from "./ecs/front";
import { iam } from "./iam/front";
import { variants } from "./variants";
import { vpc } from "./vpc/front";
import type { HuaweicloudWorld } from "./world";

/** A cloud built by Huawei: Nova and Neutron behind a gateway that checks signatures, and IAM. */
function cloudOf(makeWorld: () => HuaweicloudWorld): Cloud<HuaweicloudWorld> {
  return {
    defaultWorld: makeWorld,
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
  };
}

export const huaweicloud = cloudOf(() => defaultWorld("cn-north-4", "cn-east-3", "1"));
export const opentelekomcloud = cloudOf(() => defaultWorld("eu-de", "eu-nl", "2"));
