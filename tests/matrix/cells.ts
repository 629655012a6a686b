import type { Properties } from "../../providers/core/contract/inputs";
import { now, sleep } from "../../providers/core/util/clock";
import type { FaultRule } from "../../simulator/index";
import type { Stage } from "../contract/stage";
import type { Subject } from "../contract/subject";
import { Deployment, Failure, type State } from "../kit/deployment";

/** What is done while the fault is there. */
export const verbs = ["create", "read", "update", "delete"] as const;
export type Verb = (typeof verbs)[number];

/** The fault's call: the one that the verb cannot do without. */
interface Calls {
  /** Of what the verb asks for: a write, or the look of a read. */
  main: string;
  find: string;
}

type Fault = (stage: Stage, calls: Calls) => void;

const gateway = (status: number, body?: string, contentType = "text/html"): FaultRule => ({
  kind: "http",
  status,
  contentType,
  times: 2,
  ...(body === undefined ? {} : { body }),
});

const onMain =
  (rule: FaultRule): Fault =>
  (stage, { main }) =>
    stage.fail?.({ ...rule, action: main });

/** Milliseconds that Alibaba Cloud, Tencent Cloud and we take for too long: half before the work, half after. */
const SLOWER = 130_000;
const LATE = 6_000;

/** What can go wrong with a call, in the words of the table. */
export const faults: Readonly<Record<string, Fault>> = {
  "throttled twice": onMain({ kind: "throttle", times: 2 }),
  "busy twice": onMain({ kind: "busy", times: 2 }),
  "500, the service's own": onMain({
    kind: "error",
    status: 500,
    code: "InternalError",
    message: "it failed",
    times: 2,
  }),
  "502, a gateway's page": onMain(gateway(502)),
  "503, a gateway's page": onMain(gateway(503)),
  "504, a gateway's page": onMain(gateway(504)),
  "refused for 2 s": onMain({ kind: "down", ms: 2_000, times: 1 }),
  "reset before the work": onMain({ kind: "reset", times: 1 }),
  "reset after the work": onMain({ kind: "reset", times: 1, afterWork: true }),
  "answer lost": onMain({ kind: "hang", times: 1, afterWork: true }),
  "slower than the limit": onMain({ kind: "latency", ms: SLOWER, times: 1 }),
  "cut in the body": onMain({ kind: "cut", times: 1 }),
  "200, a page of HTML": onMain(gateway(200)),
  "200, empty": onMain(gateway(200, "")),
  "200, JSON of something else": onMain(gateway(200, "{}", "application/json")),
  "expired credentials": onMain({ kind: "expired", times: 1 }),
  "clock 20 min ahead": (stage) => stage.skew?.(20 * 60_000),
  "visible 6 s late": (stage, { find }) => stage.fail?.({ kind: "visibilityDelay", ms: LATE, action: find }),
  "visible, then gone once": (stage, { find }) =>
    stage.fail?.({ kind: "visibilityDelay", ms: LATE, action: find, skip: 2, times: 1 }),
  "half of a batch impossible": () => {},
};

const HALF = "half of a batch impossible";

/** What came of it. `broken` says which rule did not hold. */
export type Cell = "reached" | "error" | "error, kept in state" | { broken: string };

/** Default deadline of an operation, and how much later it may say so, in milliseconds. */
const DEADLINE = 300_000;
const GRACE = 1_000;

/** Writes of a change in place: the attach that rehearses it, once more where its answer was lost, then off and on. */
const CHANGE = 4;

/** Tries one verb of one association under one fault. */
export async function tryCell(subject: Subject, stage: Stage, fault: string, verb: Verb): Promise<Cell> {
  // What the cloud is still at from the cell before.
  await sleep(DEADLINE);
  await stage.begin();
  const { association, setting, actions } = subject;
  const deployment = await Deployment.of(association, stage.config());
  const foreign = await stage.attached();
  const [pair, other] = stage.pairs as [Properties, Properties];
  const declared = { ...pair, ...(setting ? { [setting.name]: setting.from } : {}) };
  const isHalf = fault === HALF;
  const state = verb === "create" ? undefined : await deployment.create(declared);
  const otherState = isHalf && verb !== "create" ? await deployment.create(other) : undefined;
  if (otherState) await stage.detach(other);
  // An update has something to do: its setting, or what others took off.
  if (verb === "update" && !setting) await stage.detach(pair);
  await deployment.run(stage.config());
  const main = { create: actions.attach, update: actions.attach, delete: actions.detach, read: actions.find }[
    verb
  ];
  faults[fault]?.(stage, { main, find: actions.find });
  const before = await stage.attached();
  const calls = stage.journal?.().length ?? 0;
  const started = now();

  const beside = besides(verb, deployment, isHalf ? (otherState ?? subject.unknownOther) : undefined);
  let outcome: { failure?: Failure; result?: unknown };
  try {
    outcome = { result: await attempt(verb, deployment, state, declared, setting) };
  } catch (error) {
    if (!(error instanceof Failure)) return { broken: `no clear error: ${error}` };
    outcome = { failure: error };
  }
  const took = now() - started;
  const besideBroken = await beside;
  if (besideBroken) return { broken: besideBroken };
  if (took > DEADLINE + GRACE) return { broken: `it took ${Math.round(took / 1000)} s` };

  const written = (stage.journal?.() ?? [])
    .slice(calls)
    .filter(({ kind, done }) => kind === "write" && done).length;
  const id = association.id(pair as never) as string;
  const attached = await stage.attached();
  const others = attached.filter((each) => each !== id);
  const lost = foreign.filter((each) => !others.includes(each));
  if (lost.length > 0) return { broken: `others' ${lost} is gone` };
  const { failure } = outcome;
  if (failure) {
    if (!/^(attaching|detaching|updating|reading) .+: ./.test(failure.message)) {
      return { broken: `no clear sentence: ${failure.message}` };
    }
    if (verb !== "create") return "error";
    if (failure.id !== undefined) return "error, kept in state";
    return attached.includes(id) ? { broken: "it is attached, and forgotten" } : "error";
  }
  if (verb === "read") {
    if (outcome.result === undefined) return { broken: "what is attached was taken for gone" };
    return String(attached) === String(before) && written === 0
      ? "reached"
      : { broken: "a read has changed something" };
  }
  if (attached.includes(id) === (verb === "delete")) {
    return {
      broken: verb === "delete" ? "it says done, and is attached" : "it says done, and is not attached",
    };
  }
  // What the cloud did after it was given up cannot be known.
  const needed = (verb === "update" && setting ? CHANGE : 1) + (isHalf ? 1 : 0);
  if (written > needed && fault !== "slower than the limit") return { broken: `${written} writes were done` };
  return "reached";
}

function attempt(
  verb: Verb,
  deployment: Deployment,
  state: State | undefined,
  declared: Properties,
  setting: Subject["setting"],
): Promise<unknown> {
  if (verb === "create") return deployment.create(declared);
  const saved = state as State;
  if (verb === "read") return deployment.refresh(saved);
  if (verb === "delete") return deployment.delete(saved);
  return deployment.update(saved, { ...declared, ...(setting ? { [setting.name]: setting.to } : {}) });
}

/** The other half of a batch, which cannot be as this one can. @returns what is wrong with it. */
async function besides(
  verb: Verb,
  deployment: Deployment,
  other: State | Properties | undefined,
): Promise<string | undefined> {
  if (!other) return undefined;
  if (verb === "create") {
    const failed = await deployment.create(other as Properties).catch((error: unknown) => error);
    return failed instanceof Failure && failed.id === undefined
      ? undefined
      : "the impossible half did not fail";
  }
  const saved = other as State;
  if (verb === "read") {
    return (await deployment.refresh(saved)) === undefined
      ? undefined
      : "what is gone was taken for attached";
  }
  try {
    await (verb === "delete" ? deployment.delete(saved) : deployment.update(saved, saved.inputs));
    return undefined;
  } catch (error) {
    return `the other half failed: ${(error as Error).message}`;
  }
}
