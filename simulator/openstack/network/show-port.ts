import type { Operation } from "../front";
import { json } from "../json";
import { portBody, portNamed } from "./port";

/** Source: measured on Neutron 21.0.0 (Zed). */
export const showPort: Operation = {
  action: "showPort",
  kind: "read",
  run: ({ context, caller, id }) => json(200, { port: portBody(id, portNamed(context.world, id, caller)) }),
};
