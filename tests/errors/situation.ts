import assert from "node:assert/strict";
import { forgetAll } from "../../providers/core/cloud/kept";
import type { AnyAssociation } from "../../providers/core/contract/kind";
import type { Properties } from "../../providers/core/provider/check";
import { handler } from "../../providers/core/provider/handler";
import { ownership } from "../../providers/core/provider/ownership";
import { settingsFrom } from "../../providers/core/util/settings";
import { defaultWorld, type Endpoints, type Faults, type Simulator, type World } from "../../simulator/index";
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
  const { command = "up" } = situation;
  forgetAll();
  const reach = situation.reach(simulator);
  Object.assign(simulator.world, defaultWorld());
  simulator.setFaults({});
  let state = { id: "", outs: {} as Properties };
  if (command === "refresh" || command === "destroy") {
    const result = await up(await provider(situation, reach), inputsOf(situation, reach));
    if (typeof result === "string") throw new Error(`the up before failed: ${result}`);
    state = { id: result.id, outs: { ...result.outs, ...situation.outputs } };
  }

  situation.world?.(simulator.world);
  simulator.setFaults(situation.faults ?? {});
  const secrets = secretsOf(simulator.world);
  const { config: own = {}, deadline } = situation;
  const config = { ...reach, ...(typeof own === "function" ? own(simulator.endpoints) : own) };
  const timeouts = deadline ? { __timeouts: { create: deadline, update: deadline, delete: deadline } } : {};
  const subject = await provider(situation, config);
  const undo = situation.arrange?.();
  try {
    if (command === "up") {
      const result = await up(subject, { ...inputsOf(situation, config), ...timeouts });
      if (typeof result === "string") return result;
    } else if (command === "import") await subject.read(situation.association.id(situation.inputs));
    else {
      const act = command === "refresh" ? subject.read : subject.delete;
      await act(state.id, { ...state.outs, ...timeouts });
    }
  } catch (error) {
    return sentenceOf(error, secrets);
  } finally {
    undo?.();
  }
  throw new Error(`${command} did not fail`);
}

/** With the region of the config, as the resource's constructor puts it in. */
function inputsOf({ association, inputs }: Situation, config: Record<string, string>): Properties {
  const region = association.cloud.region(settingsFrom((key) => config[key]));
  return { ...(region ? { region } : {}), ...inputs };
}

type Provider = ReturnType<typeof handler>;

/** The provider of a new run of the engine. */
async function provider({ association }: Situation, config: Record<string, string>): Promise<Provider> {
  ownership.begin();
  const made = handler(association);
  const get = (key: string) => config[key];
  await made.configure?.({ config: { get, require: (key) => get(key) ?? "" } });
  return made;
}

/** What was made; or, if the arguments are wrong, what the engine says of each. */
async function up(subject: Provider, news: Properties): Promise<{ id: string; outs: Properties } | string> {
  const { inputs, failures = [] } = await subject.check({}, news);
  if (failures.length > 0) return failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n");
  const { id, outs } = await subject.create(inputs as Properties);
  return { id, outs: outs as Properties };
}

/** The whole of what the CLI shows: one line, without a stack trace and without a secret. */
function sentenceOf(error: unknown, secrets: Set<string>): string {
  assert.ok(error instanceof Error);
  const [sentence = error.message] = (error as { reasons?: string[] }).reasons ?? [];
  assert.equal(error.stack, "", "a user would see a stack trace");
  assert.ok(!sentence.includes("\n"), `more than one line: ${sentence}`);
  for (const secret of secrets)
    assert.ok(!sentence.includes(secret), `${sentence} tells the secret ${secret}`);
  return sentence;
}

/** Without what is different each time: request ids, times, ports, and how often there was time to try. */
export function normalised(sentence: string): string {
  return sentence
    .replace(/\((request) [\w-]+/g, "($1 ID")
    .replace(/request_ids: \['[\w-]+'\]/g, "request_ids: ['ID']")
    .replace(/\b\d+\.\d s\b/g, "N s")
    .replace(/(the deadline of .*)\b\d+ attempts?/, "$1N attempts")
    .replace(/\b\d{8}T\d{6}Z|\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replace(/\b127\.0\.0\.1:\d+/g, "127.0.0.1:PORT");
}
