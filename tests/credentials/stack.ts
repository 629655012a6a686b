export { Deployment as Stack, type State } from "../kit/deployment";
