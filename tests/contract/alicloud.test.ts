import { ecsInstance, ecsNetworkInterface } from "./subjects/ecs";
import { ensInstance, ensNetworkInterface } from "./subjects/ens";
import { ess } from "./subjects/ess";
import { contract } from "./suite";

// One line an association.
contract(ess);
contract(ecsInstance);
contract(ecsNetworkInterface);
contract(ensInstance);
contract(ensNetworkInterface);
