import { createRequire } from "node:module";
import path from "node:path";
import type { Dispatcher } from "undici";
import type { AnyAssociation } from "../../providers/core/contract/association";
import type { Provider } from "../../providers/core/provider/handler";
import type { Clock } from "../../providers/core/util/clock";
import type { FastClock } from "../kit/fast-clock";

const folder = path.resolve(__dirname, "../../providers");
const undici = createRequire(path.join(folder, "core/cloud/http.ts"))("undici") as {
  request(
    url: URL,
    options: Dispatcher.RequestOptions & { dispatcher: Dispatcher },
  ): Promise<Dispatcher.ResponseData>;
};
const { request } = undici;

/** A moment of a request: before it is sent, when it is on its way, when its answer has come. */
export type Moment = "before" | "sent" | "answered";

/**
 * The package in a provider process of its own, as far as one process can hold several: its modules, timers and connections are
 * its own, and a kill ends them between two turns of the event loop, without a last word.
 */
export class LocalProvider {
  readonly #modules: Modules;
  readonly #timers = new Set<() => void>();
  readonly #requests = new Set<AbortController>();
  readonly #dispatchers = new Set<Dispatcher>();
  #handlers = new Map<string, Provider>();
  #count = 0;
  isDead = false;
  /** Called at each moment of each request of a run, which are counted from 1. */
  onRequest: (moment: Moment, count: number) => void = () => {};

  constructor(clock: FastClock) {
    this.#modules = load();
    this.#modules.useClock(this.#own(clock));
    undici.request = (url, options) => this.#send(url, options);
  }

  /** A new run of the CLI: nothing is claimed, nobody is logged in. */
  async start(config: Readonly<Record<string, string>>): Promise<void> {
    forget();
    this.#count = 0;
    const get = (key: string) => config[key];
    const entries = this.#modules.associations.map(
      (each) => [each.token, this.#modules.handler(each)] as const,
    );
    this.#handlers = new Map(entries);
    for (const [, provider] of entries) {
      await provider.configure?.({ config: { get, require: (key) => get(key) ?? "" } });
    }
  }

  handler(token: string): Provider {
    const provider = this.#handlers.get(token);
    if (!provider) throw new Error(`there is no handler of ${token}`);
    return provider;
  }

  /** Ends everything at once. What the clouds have received goes on there. */
  async kill(): Promise<void> {
    this.isDead = true;
    for (const callOff of this.#timers) callOff();
    for (const controller of this.#requests) controller.abort();
    await Promise.all([...this.#dispatchers].map((dispatcher) => dispatcher.destroy()));
    // What was to run in this turn of the event loop still does.
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    forget();
  }

  #own(clock: FastClock): Clock {
    return {
      now: () => clock.now(),
      after: (milliseconds, work) => {
        const callOff = clock.after(milliseconds, () => {
          this.#timers.delete(callOff);
          if (!this.isDead) work();
        });
        this.#timers.add(callOff);
        return () => {
          this.#timers.delete(callOff);
          callOff();
        };
      },
    };
  }

  async #send(
    url: URL,
    options: Dispatcher.RequestOptions & { dispatcher: Dispatcher },
  ): Promise<Dispatcher.ResponseData> {
    const count = ++this.#count;
    this.#tell("before", count);
    if (this.isDead) return new Promise(() => {});
    const cut = new AbortController();
    const done = () => this.#requests.delete(cut);
    this.#requests.add(cut);
    this.#dispatchers.add(options.dispatcher);
    const signal = AbortSignal.any([options.signal as AbortSignal, cut.signal]);
    const sent = request(url, { ...options, signal });
    setImmediate(() => setImmediate(() => this.#tell("sent", count)));
    const reply = await this.#whileAlive(sent, done);
    const text = reply.body.text.bind(reply.body);
    reply.body.text = async () => {
      const answer = await this.#whileAlive(text(), done);
      this.#tell("answered", count);
      done();
      return this.isDead ? new Promise(() => {}) : answer;
    };
    return reply;
  }

  #tell(moment: Moment, count: number): void {
    if (!this.isDead) this.onRequest(moment, count);
  }

  /** A killed process never learns what becomes of it. */
  #whileAlive<T>(promise: Promise<T>, done: () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => this.isDead || resolve(value),
        (error) => {
          done();
          if (!this.isDead) reject(error);
        },
      );
    });
  }
}

interface Modules {
  associations: readonly AnyAssociation[];
  handler(association: AnyAssociation): Provider;
  useClock(clock?: Clock): void;
}

/** A copy of the package's modules that nothing else in this process has. */
function load(): Modules {
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(folder + path.sep) && !file.includes("node_modules")) delete require.cache[file];
  }
  module.children.length = 0;
  const { associations } =
    require("../../providers/associations") as typeof import("../../providers/associations");
  const { handler } =
    require("../../providers/core/provider/handler") as typeof import("../../providers/core/provider/handler");
  const { useClock } =
    require("../../providers/core/util/clock") as typeof import("../../providers/core/util/clock");
  return { associations: Object.values(associations), handler, useClock };
}

/** What copies of the package share is gone with the process. */
function forget(): void {
  const root = globalThis as { [key: symbol]: unknown };
  delete root[Symbol.for("pulumi-cloud-attachments")];
}
