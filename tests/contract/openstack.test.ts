import {
  huaweicloudSigned,
  huaweicloudToken,
  opentelekomcloudSigned,
  opentelekomcloudToken,
} from "./subjects/huaweicloud";
import { openstackServer } from "./subjects/openstack";
import { contract } from "./suite";

contract(openstackServer);
contract(huaweicloudSigned);
contract(huaweicloudToken);
contract(opentelekomcloudSigned);
contract(opentelekomcloudToken);
