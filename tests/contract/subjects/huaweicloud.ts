import type { AnyAssociation } from "../../../providers/core/contract/association";
import * as huaweicloud from "../../../providers/huaweicloud/ecs/security-group-attachment";
import * as opentelekomcloud from "../../../providers/opentelekomcloud/compute/security-group-attachment";
import type { Simulator } from "../../../simulator/index";
import {
  type Account,
  byToken,
  type HuaweiLogin,
  type HuaweiName,
  huaweicloudConfig,
  signed,
} from "../../kit/clouds";
import { servers, uuid } from "../servers";
import { simulated } from "../stage";
import type { Subject } from "../subject";
import { nova } from "../wire";

function server(association: AnyAssociation, name: HuaweiName, variant: string, login: HuaweiLogin): Subject {
  const config = (simulator: Simulator, account: Account) =>
    huaweicloudConfig(simulator, name, login, account);
  return {
    association,
    variant,
    actions: { attach: "addSecurityGroup", detach: "removeSecurityGroup", find: "listServerSecurityGroups" },
    wire: nova,
    unknownParent: { instanceId: uuid(1, 999), securityGroupId: uuid(2, 101) },
    unknownOther: { instanceId: uuid(1, 1), securityGroupId: uuid(2, 999) },
    except: { "last group": "Nova lets a server do without any group" },
    stage: () => simulated({ front: `${name}.ecs`, config, ...servers((world) => world[name]) }),
  };
}

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
