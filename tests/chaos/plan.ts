import fc from "fast-check";
import type { Options } from "./engine";
import { actions, type Trouble, troubles, variants } from "./faults";
import type { Moment } from "./local-provider";
import { declaredSites, foreignSites } from "./sites";

/** A change of the program between two runs. Numbers of resources and sites count round. */
export type Edit =
  | { edit: "add"; site: number; count: number; weight: number }
  | { edit: "remove"; resource: number; count: number }
  | { edit: "rename"; resource: number; count: number }
  /** To another pair; if another resource has that one, they swap. */
  | { edit: "move"; resource: number; site: number }
  | { edit: "weight"; resource: number; weight: number }
  | { edit: "form"; resource: number }
  | { edit: "timeout"; resource: number; seconds: number }
  | { edit: "deleteBeforeReplace"; resource: number };

/** What others do behind the program's back. */
export type Act =
  | { act: "attach" | "detach"; site: number }
  | { act: "attach foreign" | "detach foreign"; site: number };

/** One run of the CLI. */
export interface Run {
  edits: readonly Edit[];
  /** Before it, and while it is at its n-th request. */
  acts: readonly (Act & { request: number })[];
  troubles: readonly Trouble[];
  /** Minutes that the clouds' clocks are ahead. */
  skew: number;
  command: "up" | "refresh" | "destroy";
  options: Pick<Options, "parallel"> & {
    refresh: boolean;
    continueOnError: boolean;
    deletesAfterFailure: boolean;
  };
  /** `--target` of every n-th resource, `--replace` of every n-th. 0: of none. */
  target: number;
  replace: number;
  /** The provider process is killed at this moment of its n-th request. 0: it is not. */
  kill: { request: number; moment: Moment };
}

/** A walk through several runs of one stack. */
export interface Walk {
  /** How to log in to Huawei Cloud and Open Telekom Cloud. */
  byToken: boolean;
  /** Which of the clouds' variants. */
  variants: number;
  runs: readonly Run[];
}

const resource = fc.nat(24);
const weight = fc.constantFrom(50, 70, 0);
const rarely = <T>(value: fc.Arbitrary<T>, otherwise: T, weightOf = 5) =>
  fc.oneof({ weight: weightOf, arbitrary: fc.constant(otherwise) }, { weight: 1, arbitrary: value });

const site = fc.nat(declaredSites.length - 1);
const few = fc.integer({ min: 1, max: 3 });

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ edit: fc.constant("add" as const), site, count: few, weight }),
  fc.record({ edit: fc.constant("remove" as const), resource, count: few }),
  fc.record({ edit: fc.constant("rename" as const), resource, count: few }),
  fc.record({ edit: fc.constant("move" as const), resource, site }),
  fc.record({ edit: fc.constant("weight" as const), resource, weight }),
  fc.record({ edit: fc.constant("form" as const), resource }),
  fc.record({ edit: fc.constant("timeout" as const), resource, seconds: fc.constantFrom(0, 5, 20, 60) }),
  fc.record({ edit: fc.constant("deleteBeforeReplace" as const), resource }),
);

const act: fc.Arbitrary<Act & { request: number }> = fc.oneof(
  fc.record({
    act: fc.constantFrom("attach" as const, "detach" as const, "detach" as const),
    site,
    request: rarely(fc.integer({ min: 1, max: 20 }), 0, 2),
  }),
  fc.record({
    act: fc.constantFrom("attach foreign" as const, "detach foreign" as const),
    site: fc.nat(foreignSites.length - 1),
    request: rarely(fc.integer({ min: 1, max: 20 }), 0, 2),
  }),
);

const trouble: fc.Arbitrary<Trouble> = fc.record({
  kind: fc.constantFrom(...(Object.keys(troubles) as (keyof typeof troubles)[])),
  action: fc.constantFrom(...(Object.keys(actions) as (keyof typeof actions)[])),
  skip: fc.nat(4),
  times: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 1, max: 4 }) },
    { weight: 1, arbitrary: fc.constant(0) },
  ),
});

/** How many runs go unharmed for each that is killed, and at which request at the latest. */
interface Kills {
  unharmed: number;
  latest: number;
}

const run = (edits: fc.Arbitrary<readonly Edit[]>, { unharmed, latest }: Kills): fc.Arbitrary<Run> =>
  fc.record({
    edits,
    acts: rarely(fc.array(act, { minLength: 1, maxLength: 3 }), [], 2),
    troubles: fc.array(trouble, { maxLength: 3, size: "max" }),
    skew: rarely(fc.constantFrom(20, -20), 0, 30),
    command: fc.oneof(
      { weight: 10, arbitrary: fc.constant("up" as const) },
      { weight: 1, arbitrary: fc.constant("refresh" as const) },
      { weight: 1, arbitrary: fc.constant("destroy" as const) },
    ),
    options: fc.record({
      parallel: fc.constantFrom(8, 1, 32),
      refresh: rarely(fc.constant(true), false, 2),
      continueOnError: rarely(fc.constant(true), false, 2),
      deletesAfterFailure: fc.boolean(),
    }),
    target: rarely(fc.integer({ min: 1, max: 3 }), 0, 7),
    replace: rarely(fc.integer({ min: 1, max: 3 }), 0, 7),
    kill: fc.record({
      request: rarely(fc.integer({ min: 1, max: latest }), 0, unharmed),
      moment: fc.constantFrom("sent" as const, "before" as const, "answered" as const),
    }),
  });

/** The first run declares 1 to 25 attachments, mostly few: what many do beside each other, a few do, too. */
const first: fc.Arbitrary<readonly Edit[]> = fc
  .record({
    site,
    count: fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 1, max: 5 }) },
      { weight: 1, arbitrary: fc.integer({ min: 6, max: 25 }) },
    ),
    weight,
  })
  .map((add) => [{ edit: "add" as const, ...add }]);

const walksWith = (kills: Kills): fc.Arbitrary<Walk> =>
  fc.record({
    byToken: fc.boolean(),
    variants: fc.nat(variants.length - 1),
    runs: fc
      .tuple(
        run(first, kills),
        fc.array(run(fc.array(edit, { maxLength: 3, size: "max" }), kills), { maxLength: 3, size: "max" }),
      )
      .map(([one, more]) => [one, ...more]),
  });

export const walks = walksWith({ unharmed: 4, latest: 30 });

/** What keeps a call waiting for longer than its limit: where real seconds pass, a walk would do little else. */
const patient: readonly Trouble["kind"][] = [
  "no answer",
  "no answer after the work",
  "body slower than the limit",
  "slower than the limit",
];

/** Walks for the real CLI, where each run takes seconds: fewer runs of larger programs. */
export const cliWalks: fc.Arbitrary<Walk> = walksWith({ unharmed: 1, latest: 12 }).map(
  ({ runs, ...walk }) => ({
    ...walk,
    runs: runs.slice(0, 3).map((each, index) => ({
      ...each,
      edits: index > 0 ? each.edits : each.edits.map(atLeastFive),
      troubles: each.troubles.filter(({ kind }) => !patient.includes(kind)),
    })),
  }),
);

function atLeastFive(edit: Edit): Edit {
  return edit.edit === "add" ? { ...edit, count: Math.max(5, edit.count) } : edit;
}
