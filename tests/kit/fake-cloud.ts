import {
  type Association,
  batched,
  type CommonArgs,
  each,
  type Finding,
} from "../../providers/core/contract/association";
import type { Cloud, Deadline, Session } from "../../providers/core/contract/cloud";
import { CloudError, lookUp } from "../../providers/core/contract/errors";
import { cloudId, identity, integer, setting } from "../../providers/core/contract/fields";
import { orAborted } from "../../providers/core/util/abort";

export interface Args extends CommonArgs {
  part: string;
  whole: string;
  weight: number;
}

type Step = (verb: string, pairs: readonly Args[]) => void | Promise<void>;

/** A cloud in memory, to test the engine alone: what it is asked is in `calls`, what it answers is in `attached` and `script`. */
export class FakeCloud {
  readonly attached = new Map<string, number>();
  readonly wholes = new Set(["w1", "w2", "w3"]);
  readonly calls: string[] = [];
  /** What happens to the next calls of a verb, before (`refuse`) or after (`lose`) they have their effect. */
  readonly refuse = new Map<string, Step[]>();
  readonly lose = new Map<string, Step[]>();
  accountId = "account-1";
  busy: string | undefined;
  latency = 0;
  batch = 1;
  /** Whether a pair is the same in all regions. */
  isGlobal = false;
  /** Most calls at one time on one whole. */
  overlap = 0;
  readonly #writing = new Map<string, number>();

  readonly cloud: Cloud<Session> = {
    name: `fake-${Math.random()}`,
    title: "Fake Cloud",
    tenant: "account",
    settings: {},
    region: () => undefined,
    connect: async (where) => {
      await this.refuse.get("connect")?.shift()?.("connect", []);
      return { accountId: this.accountId, region: where.region ?? "somewhere" };
    },
    classify: (error, verb) =>
      lookUp(
        {
          codes: {
            Busy: { otherwise: "busy" },
            Throttled: { otherwise: "throttled" },
            NoSuchWhole: { otherwise: "missing" },
            Vague: { otherwise: "unclear" },
            Quota: { otherwise: "permanent", hint: "raise the quota" },
          },
        },
        error,
        verb,
      ),
  };

  get association(): Association<Args, Session> {
    type Pairs = readonly Args[];
    const fits = (pairs: Pairs) => pairs.length <= this.batch;
    /** One pair a call, or as many as `batch` says. */
    const write = (verb: string, effect: (pair: Args) => void) => {
      const call = (pairs: Pairs, deadline: Deadline) =>
        this.#call(verb, pairs, deadline, () => pairs.forEach(effect));
      return this.batch > 1
        ? batched<Args, Session, void>({ fits }, (_session, pairs, deadline) => call(pairs, deadline))
        : each<Args, Session, void>((_session, pair, deadline) => call([pair], deadline));
    };
    const find = (pairs: Pairs, deadline: Deadline) =>
      this.#call("find", pairs, deadline, () => pairs.map((pair) => this.#finding(pair)));
    return {
      token: "fake/unit:Attachment",
      cloud: this.cloud,
      fields: {
        part: identity(cloudId()),
        whole: identity(cloudId()),
        weight: setting(integer(0, 100), { default: 50, observed: true }),
      },
      plural: { parts: "part", wholes: "whole" },
      id: (pair) => `${pair.whole}:${pair.part}`,
      parseId: (id) => {
        const [whole, part] = id.split(":");
        return { whole, part };
      },
      describe: (pair) => ({ what: `part ${pair.part}`, where: `whole ${pair.whole}` }),
      parent: (pair) => `whole ${pair.whole}`,
      ...(this.isGlobal ? { isGlobal: true } : {}),
      find:
        this.batch > 1
          ? batched({ fits }, (_session, pairs, deadline) => find(pairs, deadline))
          : each(async (_session, pair, deadline) => (await find([pair], deadline))[0] as Finding<Args>),
      attach: write("attach", (pair) => {
        if (!this.attached.has(key(pair))) this.attached.set(key(pair), pair.weight);
      }),
      detach: write("detach", (pair) => void this.attached.delete(key(pair))),
      change: (_session, pair, deadline) =>
        this.#call("change", [pair], deadline, () => void this.attached.set(key(pair), pair.weight)),
      named: (error, pairs) => pairs.filter((pair) => error.message.includes(`<${pair.part}>`)),
    };
  }

  #finding(pair: Args): Finding<Args> {
    if (!this.wholes.has(pair.whole)) return { state: "missing", what: `whole ${pair.whole}` };
    const weight = this.attached.get(key(pair));
    const busy = this.busy ? { busy: this.busy } : {};
    return weight === undefined
      ? { state: "detached", ...busy }
      : { state: "attached", observed: { weight }, ...busy };
  }

  async #call<T>(verb: string, pairs: readonly Args[], { signal }: Deadline, effect: () => T): Promise<T> {
    this.calls.push(`${verb} ${pairs.map((pair) => pair.part).join("+")}`);
    const whole = pairs[0]?.whole ?? "";
    const writes = verb !== "find";
    if (writes) {
      this.#writing.set(whole, (this.#writing.get(whole) ?? 0) + 1);
      this.overlap = Math.max(this.overlap, this.#writing.get(whole) ?? 0);
    }
    try {
      if (this.latency) await orAborted(new Promise((resolve) => setTimeout(resolve, this.latency)), signal);
      await orAborted(Promise.resolve(this.refuse.get(verb)?.shift()?.(verb, pairs)), signal);
      const result = effect();
      await this.lose.get(verb)?.shift()?.(verb, pairs);
      return result;
    } finally {
      if (writes) this.#writing.set(whole, (this.#writing.get(whole) ?? 1) - 1);
    }
  }
}

export function key(pair: Pick<Args, "whole" | "part">): string {
  return `${pair.whole}:${pair.part}`;
}

/** A step that answers with an error. */
export function answers(code: string, message = `${code} it says`, status = 400): Step {
  return () => {
    throw new CloudError({ code, message, status, requestId: "req-1" });
  };
}
