import { installed } from "./suite";

installed(({ strict }) => !strict);
