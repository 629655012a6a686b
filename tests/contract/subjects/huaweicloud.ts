import type { AnyAssociation } from "../../../providers/core/contract/kind";
import * as huaweicloud from "../../../providers/huaweicloud/ecs/security-group-attachment";
import * as opentelekomcloud from "../../../providers/opentelekomcloud/compute/security-group-attachment";
import type { HuaweicloudWorld } from "../../../simulator/huaweicloud/world";
import type { Simulator } from "../../../simulator/index";
import { servers, uuid } from "../servers";
import { simulated } from "../stage";
import type { Subject } from "../subject";

type Name = "huaweicloud" | "opentelekomcloud";
type Account = "main" | "other" | "wrong";

/** The simulator, or something else with its accounts and keys. */
interface Reach {
  endpoints: Partial<Record<Name, Record<string, string>>>;
  world: Partial<Record<Name, HuaweicloudWorld>>;
}

type Login = (reach: Reach, name: Name, account: Account) => Record<string, string>;

const keyOf = (account: Account) => `simulator-${account === "other" ? "other" : "main"}-key`;

/** Access key and secret key: every request is signed. */
export const signed: Login = ({ world }, name, account) => ({
  accessKey: keyOf(account),
  secretKey: account === "wrong" ? "not-the-secret" : (world[name]?.accessKeys[keyOf(account)]?.secret ?? ""),
});

/** User and password: every request carries a token. */
const byToken: Login = ({ world }, name, account) => ({
  userName: "pulumi",
  // Projects are named after their region.
  ...(name === "opentelekomcloud" ? { tenantName: world[name]?.region ?? "" } : {}),
  domainName: account === "other" ? "simulator-other" : "simulator-main",
  password:
    account === "wrong" ? "not-the-password" : (world[name]?.users["simulator-user-main"]?.password ?? ""),
});

/** Config of a stack that reaches the simulator's Huawei Cloud or Open Telekom Cloud. */
export function huaweicloudConfig(
  reach: Reach,
  name: Name,
  login: Login,
  account: Account,
): Record<string, string> {
  const { ecs = "", iam = "", vpc = "", authUrl = "", region = "" } = reach.endpoints[name] ?? {};
  const own: Record<string, string> = {
    region,
    authUrl,
    ...login(reach, name, account),
    ...endpoints[name]({ ecs, iam, vpc }),
  };
  return Object.fromEntries(Object.entries(own).map(([key, value]) => [`${name}:${key}`, value]));
}

function server(association: AnyAssociation, name: Name, variant: string, login: Login): Subject {
  const config = (simulator: Simulator, account: Account) =>
    huaweicloudConfig(simulator, name, login, account);
  return {
    association,
    variant,
    actions: { attach: "addSecurityGroup", detach: "removeSecurityGroup", find: "listServerSecurityGroups" },
    unknownParent: { instanceId: uuid(1, 999), securityGroupId: uuid(2, 101) },
    unknownOther: { instanceId: uuid(1, 1), securityGroupId: uuid(2, 999) },
    except: { "last group": "Nova lets a server do without any group" },
    stage: () => simulated({ front: `${name}.ecs`, config, ...servers((world) => world[name]) }),
  };
}

/** The vendors' packages name their endpoints in different ways. */
const endpoints: Record<Name, (urls: Record<"ecs" | "iam" | "vpc", string>) => Record<string, string>> = {
  huaweicloud: (urls) => ({ endpoints: JSON.stringify(urls) }),
  opentelekomcloud: ({ ecs, vpc }) => ({
    endpointOverrides: JSON.stringify({ ecs, compute: ecs, vpc, network: vpc }),
  }),
};

export const huaweicloudSigned = server(
  huaweicloud.securityGroupAttachment,
  "huaweicloud",
  "access key",
  signed,
);
export const huaweicloudToken = server(huaweicloud.securityGroupAttachment, "huaweicloud", "token", byToken);
export const opentelekomcloudSigned = server(
  opentelekomcloud.securityGroupAttachment,
  "opentelekomcloud",
  "access key",
  signed,
);
export const opentelekomcloudToken = server(
  opentelekomcloud.securityGroupAttachment,
  "opentelekomcloud",
  "token",
  byToken,
);
