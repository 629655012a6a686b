import { tencentcloudLenient, tencentcloudStrict } from "./subjects/tencentcloud";
import { contract } from "./suite";

contract(tencentcloudLenient);
contract(tencentcloudStrict);
