import assert from "node:assert/strict";
import type { AsyncFunc } from "mocha";
import { connect } from "../../providers/core/cloud/sessions";
import type { ListFilter } from "../../providers/core/contract/association";
import type { Properties } from "../../providers/core/contract/inputs";
import { OperationDeadline } from "../../providers/core/reconcile/deadline";
import { list } from "../../providers/core/reconcile/list";
import { Fate } from "../../providers/core/reconcile/pair-task";
import { UNKNOWN } from "../../providers/core/util/canonical";
import { settingsFrom } from "../../providers/core/util/settings";
import type { FaultRule } from "../../simulator/index";
import type { Account } from "../kit/clouds";
import { Deployment, failureOf, type State } from "../kit/deployment";
import { answers } from "./answers";
import { pluralContract } from "./plural";
import type { Stage } from "./stage";
import type { Row, Subject } from "./subject";

/** What holds for every association, whatever the cloud: one test a rule. */
export function contract(subject: Subject): void {
  pluralContract(subject);
  const { association, actions, setting } = subject;

  describe([association.token, subject.variant].filter(Boolean).join(", "), function () {
    this.timeout(60_000);
    this.slow(3_000);
    let stage: Stage;
    let foreign: string[];
    let deployment: Deployment;

    before(async () => {
      stage = await subject.stage();
      deployment = new Deployment(association);
    });
    after(() => stage?.stop());
    beforeEach(async () => {
      await stage.begin();
      foreign = await stage.attached();
      await newRun();
    });

    /** A new run of the CLI, with keys of this account. */
    const newRun = (account: Account = "main") => deployment.run(stage.config(account));

    /** A test of what not every subject has; where it can never apply there is none. */
    function row(title: string, needs: readonly Row[], test: AsyncFunc): void {
      if (needs.every((need) => subject.except?.[need] === undefined)) it(title, test);
    }

    const inputs = (number = 0, more: Properties = {}): Properties => ({ ...stage.pairs[number], ...more });
    const up = (news: Properties = inputs()): Promise<State> => deployment.create(news);
    const upAll = () => Promise.all(stage.pairs.map((pair) => up(pair)));

    const idOf = (number = 0) => association.id(inputs(number) as never) as string;
    const with_ = (...ids: string[]) => [...foreign, ...ids].sort();

    function calls(kind?: "read" | "write") {
      assert.ok(stage.journal, "this stage does not count calls: except the row");
      return stage.journal().filter((entry) => !kind || entry.kind === kind);
    }
    function fail(...rules: FaultRule[]): void {
      assert.ok(stage.fail, "this stage cannot make calls fail: except the row");
      stage.fail(...rules);
    }

    describe("create", () => {
      it("attaches and says what it attached", async () => {
        const { id, outs } = await up();
        assert.deepEqual(await stage.attached(), with_(id));
        assert.equal(outs.confirmed, true);
        assert.ok(outs.accountId);
        assert.ok(outs.region);
        for (const [name, value] of Object.entries(inputs())) assert.deepEqual(outs[name], value);
      });

      row("adopts what is attached already, without a write", ["journal"], async () => {
        await stage.attach(inputs());
        const { id } = await up();
        assert.deepEqual(await stage.attached(), with_(id));
        assert.deepEqual(calls("write"), []);
      });

      it('refuses what is attached already if ifAttached is "fail", without a write', async () => {
        await stage.attach(inputs());
        const error = await failureOf(up(inputs(0, { ifAttached: "fail" })));
        assert.match(error.message, /attached already/);
        assert.equal(error.id, undefined);
        assert.deepEqual(await stage.attached(), with_(idOf()));
      });

      for (const end of ["parent", "other"] as const) {
        it(`fails for an unknown ${end} end, with a hint or the vendor's words, leaving nothing`, async () => {
          const wrong = end === "parent" ? subject.unknownParent : subject.unknownOther;
          const error = await failureOf(up(wrong));
          assert.match(error.message, /^attaching .+ to .+ \(.+\): /);
          assert.equal(error.id, undefined, "nothing was attached, so nothing may stay in state");
          assert.deepEqual(await stage.attached(), foreign);
        });
      }

      it("attaches all pairs of one parent at once, and none is lost", async () => {
        const states = await upAll();
        assert.deepEqual(await stage.attached(), with_(...states.map(({ id }) => id)));
        await newRun();
        await Promise.all(states.map((state) => deployment.delete(state)));
        assert.deepEqual(await stage.attached(), foreign);
      });
    });

    describe("up again", () => {
      row("makes no call and no diff", ["journal"], async () => {
        const state = await up();
        const before = calls().length;
        assert.deepEqual(await deployment.diff(state, inputs()), { changes: false });
        assert.equal(calls().length, before);
      });

      it("replaces when the identity changes or is not known yet", async () => {
        const state = await up();
        for (const name of Object.keys(inputs())) {
          if (association.fields[name]?.role !== "identity") continue;
          const { replaces } = await deployment.diff(state, inputs(0, { [name]: UNKNOWN }));
          assert.deepEqual(replaces, [name]);
        }
      });

      it("replaces when the region changes", async () => {
        const moved = inputs(0, { region: "elsewhere-1" });
        assert.deepEqual(await deployment.diff(await up(), moved), { replaces: ["region"] });
      });

      if (setting)
        it("changes a setting in place", async () => {
          const { name, from, to } = setting;
          const state = await up(inputs(0, { [name]: from }));
          assert.deepEqual(await deployment.diff(state, inputs(0, { [name]: to })), {});
          const updated = await deployment.update(state, inputs(0, { [name]: to }));
          assert.equal(updated.outs[name], to);
          assert.equal((await deployment.refresh(updated))?.[name], to);
          assert.deepEqual(await stage.attached(), with_(state.id));
        });
    });

    describe("refresh", () => {
      it("finds what was detached behind its back, and the next up attaches exactly that", async () => {
        const [first, ...rest] = await upAll();
        assert.ok(first);
        await stage.detach(inputs());
        assert.equal(await deployment.refresh(first), undefined);
        for (const other of rest) assert.ok(await deployment.refresh(other));
        const again = await up();
        assert.equal(again.id, first.id);
        assert.deepEqual(await stage.attached(), with_(first.id, ...rest.map(({ id }) => id)));
      });

      row("drops what is gone with its parent, and destroy succeeds", ["remove parent"], async () => {
        const state = await up();
        await stage.removeParent();
        await newRun();
        assert.equal(await deployment.refresh(state), undefined);
        await deployment.delete(state);
      });

      row("drops what is gone with its other end, and destroy succeeds", ["remove other"], async () => {
        const state = await up();
        await stage.removeOther(inputs());
        await newRun();
        assert.equal(await deployment.refresh(state), undefined);
        await deployment.delete(state);
        assert.deepEqual(await stage.attached(), foreign);
      });

      if (setting)
        it("shows drift of a setting, which up mends", async () => {
          const { name, from, to } = setting;
          const state = await up(inputs(0, { [name]: from }));
          await stage.detach(inputs());
          await stage.attach(inputs(0, { [name]: to }));
          const outs = await deployment.refresh(state);
          assert.ok(outs);
          assert.equal(outs[name], to);
          const drifted = { ...state, outs };
          assert.deepEqual(await deployment.diff(drifted, inputs(0, { [name]: from })), { changes: true });
          await deployment.update(drifted, inputs(0, { [name]: from }));
          assert.equal((await deployment.refresh(state))?.[name], from);
        });

      it("does not mind what others attach", async () => {
        const state = await up();
        await stage.attach(inputs(1));
        assert.deepEqual(await deployment.refresh(state), state.outs);
      });
    });

    describe("destroy", () => {
      it("detaches, and nothing else", async () => {
        const state = await up();
        await newRun();
        await deployment.delete(state);
        assert.deepEqual(await stage.attached(), foreign);
      });

      it("succeeds when the pair is gone already", async () => {
        const state = await up();
        await stage.detach(inputs());
        await newRun();
        await deployment.delete(state);
        assert.deepEqual(await stage.attached(), foreign);
      });

      row(
        "fails at the last group with the rule and the remedy, without trying again and again",
        ["last group", "journal"],
        async () => {
          const state = await up();
          for (const other of foreign) await stage.detach({ id: other });
          await newRun();
          const before = calls("write").length;
          const error = await failureOf(deployment.delete(state));
          assert.match(error.message, /hint: .*(attach another one first|at least one)/i);
          assert.equal(calls("write").length - before, 1);
        },
      );
    });

    describe("a walk beside foreign attachments", () => {
      it("counts right after every step", async () => {
        const count = async (expected: number, step: string) =>
          assert.equal((await stage.attached()).length, foreign.length + expected, step);
        const first = await up();
        await count(1, "one attached");
        const second = await up(inputs(1));
        await count(2, "two attached");
        await stage.attach(inputs(2));
        await count(3, "a third by somebody else");
        await stage.detach(inputs(1));
        await count(2, "the second detached by somebody else");
        assert.equal(await deployment.refresh(second), undefined);
        assert.ok(await deployment.refresh(first));
        await count(2, "refreshed");
        await newRun();
        const again = await up(inputs(1));
        await count(3, "the second attached again");
        await newRun();
        await deployment.delete(first);
        await count(2, "the first detached");
        await deployment.delete(again);
        await count(1, "the second detached");
        await deployment.delete(again);
        await count(1, "detached twice");
        await stage.detach(inputs(2));
        await count(0, "only the foreign ones are left");
      });
    });

    describe("ownership", () => {
      row("keeps a pair attached throughout a rename", ["journal"], async () => {
        const state = await up();
        await newRun();
        await up();
        await deployment.delete(state);
        assert.deepEqual(await stage.attached(), with_(state.id));
        assert.deepEqual(
          calls().filter((entry) => entry.action === actions.detach),
          [],
        );
      });

      it("detaches in the same run what is really gone from the program", async () => {
        const old = await up(inputs(1));
        await newRun();
        const { id } = await up();
        await deployment.delete(old);
        assert.deepEqual(await stage.attached(), with_(id));
      });
    });

    describe("wrong credentials", () => {
      row(
        "of another account stop refresh, update and destroy, and drop nothing",
        ["other account"],
        async () => {
          const state = await up();
          await newRun("other");
          const { title, tenant } = association.cloud;
          for (const attempt of [
            () => deployment.refresh(state),
            () => deployment.delete(state),
            () => deployment.update(state, inputs()),
          ]) {
            assert.match(
              (await failureOf(attempt())).message,
              new RegExp(`the credentials are of ${title} ${tenant} .+ the attachment is in ${tenant} `),
            );
          }
          assert.deepEqual(await stage.attached(), with_(state.id));
        },
      );

      it("with a wrong secret fail everything with one sentence, and drop nothing", async () => {
        const state = await up();
        await newRun("wrong");
        for (const attempt of [
          () => deployment.refresh(state),
          () => deployment.delete(state),
          () => up(inputs(1)),
        ]) {
          const error = await failureOf(attempt());
          assert.match(error.message, /^(reading|detaching|attaching) /);
          assert.equal(error.id, undefined);
        }
        assert.deepEqual(await stage.attached(), with_(state.id));
      });
    });

    describe("when the cloud stumbles", () => {
      const stumbles: Record<string, FaultRule[]> = {
        "throttles three times": [{ kind: "throttle", action: actions.attach, times: 3 }],
        "throttles the look": [{ kind: "throttle", action: actions.find, times: 2 }],
        "answers 503 with a page of HTML": [
          {
            kind: "http",
            action: actions.attach,
            times: 1,
            status: 503,
            body: "<html>busy</html>",
            contentType: "text/html",
          },
        ],
        "resets the connection before the work": [{ kind: "reset", action: actions.attach, times: 1 }],
        "shows a write late": [{ kind: "visibilityDelay", ms: 700 }],
      };
      for (const [name, rules] of Object.entries(stumbles)) {
        row(`gets there although it ${name}`, ["faults"], async () => {
          fail(...rules);
          const { id } = await up();
          assert.deepEqual(await stage.attached(), with_(id));
        });
      }

      row("does not attach twice when the answer was lost", ["faults", "journal"], async () => {
        fail({ kind: "reset", action: actions.attach, times: 1, afterWork: true });
        const { id } = await up();
        assert.deepEqual(await stage.attached(), with_(id));
        assert.equal(calls().filter((entry) => entry.action === actions.attach).length, 1);
      });

      row("does not fail a destroy whose answer was lost", ["faults"], async () => {
        const state = await up();
        await newRun();
        fail({ kind: "reset", action: actions.detach, times: 1, afterWork: true });
        await deployment.delete(state);
        assert.deepEqual(await stage.attached(), foreign);
      });

      row("waits while the parent is busy", ["faults"], async () => {
        fail({ kind: "busy", action: actions.attach, times: 2 });
        const state = await up();
        await newRun();
        fail({ kind: "busy", action: actions.detach, times: 2 });
        await deployment.delete(state);
        assert.deepEqual(await stage.attached(), foreign);
      });

      row(
        "says all it knows when the deadline passes, and keeps in state what may be attached",
        ["faults"],
        async () => {
          fail({ kind: "throttle", action: actions.attach });
          const error = await failureOf(up(inputs(0, { __timeouts: { create: 1.5 } })));
          assert.match(
            error.message,
            /^attaching .+ to .+ \(.+\): the deadline of 1\.5 s passed; last answer: .+ \(.*\d+ attempts?; \d+\.\d s; hint: .*customTimeouts/,
          );
          assert.equal(error.id, idOf());
          assert.ok(error.properties);
          assert.equal(error.properties.confirmed, false);
          fail();
          await newRun();
          const half = { id: idOf(), inputs: await deployment.inputs(inputs()), outs: error.properties };
          assert.deepEqual(await deployment.diff(half, inputs()), { changes: true });
          const { outs } = await deployment.update(half, inputs());
          assert.equal(outs.confirmed, true);
          assert.deepEqual(await stage.attached(), with_(half.id));
        },
      );

      row(
        "forgets nothing when the attach went through and then nothing answers any more",
        ["faults"],
        async () => {
          fail(
            { kind: "reset", action: actions.attach, afterWork: true },
            { kind: "reset", action: actions.find, skip: 1 },
          );
          const error = await failureOf(up(inputs(0, { __timeouts: { create: 2 } })));
          assert.equal(error.id, idOf());
          fail();
          await newRun();
          assert.ok(error.properties);
          await deployment.delete({ id: idOf(), outs: error.properties });
          assert.deepEqual(await stage.attached(), foreign);
        },
      );

      row("never takes a failure for gone", ["faults"], async () => {
        const { id, outs } = await up();
        for (const rule of [
          { kind: "http", status: 403, body: "<html>no</html>", contentType: "text/html" },
          { kind: "http", status: 404, body: "<html>nothing here</html>", contentType: "text/html" },
          { kind: "error", status: 404, code: "Something.NotFound", message: "no such thing" },
        ] as FaultRule[]) {
          await newRun();
          fail({ ...rule, action: actions.find });
          await failureOf(deployment.refresh({ id, outs: { ...outs, __timeouts: { update: 5 } } }));
        }
      });
    });

    describe("list", () => {
      const listed = async (wanted: ListFilter = {}) => {
        const config = stage.config();
        const session = await connect(
          association.cloud,
          {},
          settingsFrom((key) => config[key]),
        );
        const deadline = new OperationDeadline(60, "update");
        try {
          const pairs: string[] = [];
          const task = { association, session, deadline, fate: new Fate("listing") };
          for await (const { attached } of list(task, wanted)) {
            pairs.push(...attached.map(({ pair }) => association.id(pair)));
          }
          return pairs;
        } finally {
          deadline.end();
        }
      };
      /** The ids of what is attached to the pairs' parent begin with it. */
      const ofParent = (ids: string[]) => {
        const parent = String(Object.values(inputs())[0]);
        return ids.filter((id) => id.startsWith(parent)).sort();
      };

      it("shows what is attached, foreign pairs included, and each once", async () => {
        await stage.attach(inputs());
        assert.deepEqual(ofParent(await listed()), with_(idOf()));
      });

      it("of some parents or groups shows nothing else", async () => {
        await stage.attach(inputs());
        const [parent] = Object.values(inputs());
        assert.deepEqual((await listed({ parents: [String(parent)] })).sort(), with_(idOf()));
        const group = String(inputs().vserverGroupId ?? inputs().securityGroupId);
        assert.deepEqual(ofParent(await listed({ groups: [group] })), [idOf()]);
        assert.deepEqual(await listed({ groups: ["11111111-2222-4333-8444-555555555555"] }), []);
      });

      row("goes on where it was after the cloud refused a page for its rate", ["faults"], async () => {
        const all = await listed();
        fail({ kind: "throttle", times: 3 });
        assert.deepEqual(await listed(), all);
      });
    });

    if (subject.wire)
      answers(subject, subject.wire, {
        stage: () => stage,
        deployment: () => deployment,
        newRun: () => newRun(),
        inputs: () => inputs(),
        id: () => idOf(),
      });

    it("puts no secret into state", async () => {
      const { outs } = await up();
      const text = JSON.stringify(outs);
      for (const [name, value] of Object.entries(stage.config())) {
        if (/secret|password|accessKey/i.test(name)) assert.ok(!text.includes(value), name);
      }
    });
  });
}
