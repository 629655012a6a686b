import { ecsInstance, ecsNetworkInterface } from "./subjects/ecs";
import { ensInstance, ensNetworkInterface } from "./subjects/ens";
import { ess } from "./subjects/ess";
import {
  huaweicloudSigned,
  huaweicloudToken,
  opentelekomcloudSigned,
  opentelekomcloudToken,
} from "./subjects/huaweicloud";
import { openstackServer } from "./subjects/openstack";
import { contract } from "./suite";

// One line an association.
contract(ess);
contract(ecsInstance);
contract(ecsNetworkInterface);
contract(ensInstance);
contract(ensNetworkInterface);
contract(openstackServer);
contract(huaweicloudSigned);
contract(huaweicloudToken);
contract(opentelekomcloudSigned);
contract(opentelekomcloudToken);
