import type { Operation } from "../front";
import { json } from "../json";
import { portsOf } from "../network/port";
import { serverOf } from "./server";

/** Source: measured on Nova 26.2.2 (Zed). */
export const listInterfaces: Operation = {
  action: "listInterfaces",
  kind: "read",
  run(work) {
    serverOf(work);
    return json(200, {
      interfaceAttachments: portsOf(work.context.world, work.id).map(([id, port]) => ({
        net_id: port.networkId,
        port_id: id,
        port_state: "ACTIVE",
        fixed_ips: port.ipAddress === "" ? [] : [{ ip_address: port.ipAddress }],
      })),
    });
  },
};
