import type { Operation } from "../front";
import { json } from "../json";
import { byId, isOneOf } from "./listing";
import { portBody } from "./port";
import { visible } from "./security-group";

/** Source: measured on Neutron 21.0.0 (Zed). */
export const listPorts: Operation = {
  action: "listPorts",
  kind: "read",
  run({ request, context, caller }) {
    const query = request.url.searchParams;
    const ports = byId(context.world.ports).filter(
      ([id, port]) =>
        visible(port, caller) &&
        isOneOf(query, "id", id) &&
        isOneOf(query, "device_id", port.serverId) &&
        isOneOf(query, "network_id", port.networkId),
    );
    return json(200, { ports: ports.map(([id, port]) => portBody(id, port)) });
  },
};
