import assert from "node:assert/strict";
import { forgetAll } from "../../providers/core/cloud/kept";
import type { AnyAssociation } from "../../providers/core/contract/association";
import type { Properties } from "../../providers/core/contract/inputs";
import { defaultWorld, type Endpoints, type Faults, type Simulator, type World } from "../../simulator/index";
import { Deployment, failureOf } from "../kit/deployment";
import { secretsOf } from "../kit/secrets";

/** A failure that users meet: what they declare and do, and what is wrong. */
export interface Situation {
  association: AnyAssociation;
  /** Config of a stack that reaches the simulator with good credentials. */
  reach(simulator: Simulator): Record<string, string>;
  inputs: Properties;
  /** Default `up`. Before a refresh or a destroy an `up` has succeeded, with nothing wrong yet. */
  command?: "up" | "refresh" | "destroy" | "import";
  /** Config in place of that which reaches the simulator; an empty one is not set. */
  config?: Record<string, string> | ((endpoints: Endpoints) => Record<string, string>);
  /** Changes what there is in the cloud. */
  world?(world: World): void;
  faults?: Partial<Faults>;
  /** In place of what the `up` has put into state. */
  outputs?: Properties;
  /** Seconds until the deadline. */
  deadline?: number;
  /** Changes something in this process; the result undoes it. */
  arrange?(): () => void;
}

/** Situations by title. */
export type Situations = Record<string, Situation>;

/** Drives a handler into the situation, as the engine would, and gives back the line or lines that its user reads. */
export async function read(situation: Situation, simulator: Simulator): Promise<string> {
  const { association, command = "up", inputs } = situation;
  forgetAll();
  const reach = situation.reach(simulator);
  Object.assign(simulator.world, defaultWorld());
  simulator.setFaults({});
  const deployment = await Deployment.of(association, reach);
  const isLater = command === "refresh" || command === "destroy";
  const state = isLater ? await deployment.create(inputs) : { id: "", outs: {} };

  situation.world?.(simulator.world);
  simulator.setFaults(situation.faults ?? {});
  const secrets = secretsOf(simulator.world);
  const { config: own = {}, deadline } = situation;
  await deployment.run({ ...reach, ...(typeof own === "function" ? own(simulator.endpoints) : own) });
  const timeouts = deadline ? { __timeouts: { create: deadline, update: deadline, delete: deadline } } : {};
  const later = { id: state.id, outs: { ...state.outs, ...situation.outputs, ...timeouts } };
  const undo = situation.arrange?.();
  try {
    const { message } = await failureOf(
      {
        up: () => deployment.create({ ...inputs, ...timeouts }),
        refresh: () => deployment.refresh(later),
        destroy: () => deployment.delete(later),
        import: () => deployment.import(association.id(inputs)),
      }[command](),
    );
    for (const secret of secrets)
      assert.ok(!message.includes(secret), `${message} tells the secret ${secret}`);
    return message;
  } finally {
    undo?.();
  }
}

/** Without what is different each time: request ids, times, ports, and how often there was time to try. */
export function normalised(sentence: string): string {
  return (
    sentence
      .replace(/\((request) [\w-]+/g, "($1 ID")
      .replace(/request_ids: \['[\w-]+'\]/g, "request_ids: ['ID']")
      .replace(/\b\d+\.\d s\b/g, "N s")
      .replace(/(the deadline of .*)\b\d+ attempts?/, "$1N attempts")
      // More than the four that a rule sets: as many as fit into a time.
      .replace(/\b([5-9]|\d\d+) attempts/, "N attempts")
      .replace(/\b\d{8}T\d{6}Z|\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
      .replace(/\b127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
  );
}
