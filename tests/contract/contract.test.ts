import { ess } from "./subjects/ess";
import { contract } from "./suite";

// One line an association.
contract(ess);
