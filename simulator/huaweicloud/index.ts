import type { Cloud, Variant } from "../cloud";
import { novaVariants } from "../openstack";
import { neutronFront } from "../openstack/neutron";
import { defaultWorld } from "./default-world";
import { ecsFront } from "./ecs";
import { behindGateway, callerInProject } from "./gateway";
import { iamFront } from "./iam";
import type { HuaweicloudWorld } from "./world";

const variants = {
  ...novaVariants,
  /** How ECS says that there is no such server: it passes on what Nova says, or has its own form. */
  "ecs.errors": ["nova", "native"],
  /** Whether five wrong signatures lock a key for five minutes, as the vendor's page says. */
  "gateway.lockout": ["off", "on"],
} satisfies Record<string, Variant>;

/** A cloud built by Huawei: Nova and Neutron behind a gateway that checks signatures, and IAM. */
function cloudOf(makeWorld: () => HuaweicloudWorld): Cloud<HuaweicloudWorld> {
  return {
    defaultWorld: makeWorld,
    variants,
    fronts: {
      ecs: ecsFront,
      iam: iamFront,
      vpc: behindGateway(neutronFront<HuaweicloudWorld>(callerInProject)),
    },
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
