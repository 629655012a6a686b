import type { Operation } from "../front";
import { json, jsonBody, object } from "../json";
import { errors } from "./errors";
import { portBody, portNamed, setSecurityGroups } from "./port";

/** Changes the list of groups, as Nova does, and port security. Source: measured on Neutron 21.0.0 (Zed). */
export const updatePort: Operation = {
  action: "updatePort",
  kind: "write",
  run({ request, context: { world }, caller, id }) {
    const port = portNamed(world, id, caller);
    const changes = object(object(jsonBody(request)).port);
    const { security_groups: ids = port.securityGroupIds, port_security_enabled: secured } = changes;
    const changed = {
      ...port,
      portSecurityEnabled: secured === undefined ? port.portSecurityEnabled : !!secured,
    };
    if (!Array.isArray(ids) || ids.some((item) => typeof item !== "string")) {
      throw errors.groups(`'${JSON.stringify(ids)}' is not a list of UUIDs.`);
    }
    if (!changed.portSecurityEnabled && ids.length > 0 && changes.security_groups === undefined) {
      throw errors.portHasGroups;
    }
    setSecurityGroups(world, changed, ids, caller);
    Object.assign(port, changed);
    return json(200, { port: portBody(id, port) });
  },
};
