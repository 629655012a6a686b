import type { Operation, Work } from "../front";
import { isObject, jsonBody } from "../json";
import { badRequest } from "./errors";

/** One action of `POST /servers/{id}/action`, given what the body has under its name. */
export type ServerAction = (work: Work, given: unknown) => Promise<void>;

/** Hands a server action to the one that the body names; the journal has its name instead of this one's. */
export const actOnServer = (actions: Record<string, ServerAction>): Operation => ({
  action: "action",
  kind: "write",
  async run(work) {
    const body = jsonBody(work.request);
    const [name, ...more] = isObject(body) ? Object.keys(body) : [];
    if (!isObject(body) || name === undefined || more.length > 0) throw badRequest("Malformed request body");
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) throw badRequest(`There is no such action: ${name}`);
    await action(work, body[name]);
    return { status: 202, headers: { "content-type": "application/json" }, body: "" };
  },
});
