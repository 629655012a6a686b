import assert from "node:assert/strict";
import type { Context } from "mocha";
import type { Properties } from "../../providers/core/provider/check";
import { handler } from "../../providers/core/provider/handler";
import { ownership } from "../../providers/core/provider/ownership";
import { UNKNOWN } from "../../providers/core/util/canonical";
import type { FaultRule } from "../../simulator/index";
import { skip } from "../kit/skip";
import type { Stage } from "./stage";
import type { Row, Subject } from "./subject";

interface State {
  id: string;
  outs: Properties;
}

/** An error as the engine receives it. */
interface Failed extends Error {
  id?: string;
  properties?: Properties;
  reasons?: string[];
}

/** What holds for every association, whatever the cloud: one test a rule. */
export function contract(subject: Subject): void {
  const { association, actions } = subject;

  describe([association.token, subject.variant].filter(Boolean).join(", "), function () {
    this.timeout(60_000);
    this.slow(3_000);
    let stage: Stage;
    let foreign: string[];
    let provider: ReturnType<typeof handler>;

    before(async () => {
      stage = await subject.stage();
    });
    after(() => stage?.stop());
    beforeEach(async () => {
      await stage.begin();
      foreign = await stage.attached();
      await deployment();
    });

    /** A new run of the engine: nothing is owned yet, and the provider is configured anew. */
    async function deployment(account: "main" | "other" | "wrong" = "main"): Promise<void> {
      ownership.begin();
      provider = handler(association);
      const config = stage.config(account);
      const get = (key: string) => config[key];
      await provider.configure?.({ config: { get, require: (key) => get(key) ?? "" } });
    }

    function inputs(number = 0, more: Properties = {}): Properties {
      return { ...stage.pairs[number], ...more };
    }

    /** As `pulumi up` does for a new resource. */
    async function up(news: Properties = inputs()): Promise<State> {
      const { inputs: checked, failures } = await provider.check({}, news);
      assert.deepEqual(failures, []);
      const result = await provider.create(checked as Properties);
      return { id: result.id, outs: result.outs as Properties };
    }

    async function upAll(): Promise<State[]> {
      return Promise.all(stage.pairs.map((pair) => up(pair)));
    }

    async function failure(attempt: Promise<unknown>): Promise<Failed> {
      try {
        await attempt;
      } catch (error) {
        assert.ok(error instanceof Error);
        assert.equal(error.stack, "", "a user would see a stack trace");
        return error;
      }
      assert.fail("did not fail");
    }

    function sentence(error: Failed): string {
      return error.reasons?.[0] ?? error.message;
    }

    const idOf = (number = 0) => association.id(inputs(number) as never) as string;
    const with_ = (...ids: string[]) => [...foreign, ...ids].sort();

    function needs(context: Context, ...rows: Row[]): void {
      for (const row of rows) {
        const reason = subject.except?.[row];
        if (reason) skip(context, reason);
      }
      if (rows.includes("faults") && !stage.fail) skip(context, "a real cloud cannot be told to fail");
      if (rows.includes("journal") && !stage.journal) skip(context, "a real cloud's calls are not counted");
    }

    const calls = (kind?: "read" | "write") =>
      (stage.journal?.() ?? []).filter((entry) => !kind || entry.kind === kind);
    const fail = (...rules: FaultRule[]) => stage.fail?.(...rules);

    describe("create", () => {
      it("attaches and says what it attached", async () => {
        const { id, outs } = await up();
        assert.deepEqual(await stage.attached(), with_(id));
        assert.equal(outs.confirmed, true);
        assert.ok(outs.accountId);
        assert.ok(outs.region);
        for (const [name, value] of Object.entries(inputs())) assert.deepEqual(outs[name], value);
      });

      it("adopts what is attached already, without a write", async function () {
        needs(this, "journal");
        await stage.attach(inputs());
        const { id } = await up();
        assert.deepEqual(await stage.attached(), with_(id));
        assert.deepEqual(calls("write"), []);
      });

      it('refuses what is attached already if ifAttached is "fail", without a write', async () => {
        await stage.attach(inputs());
        const error = await failure(up(inputs(0, { ifAttached: "fail" })));
        assert.match(sentence(error), /attached already/);
        assert.equal(error.id, undefined);
        assert.deepEqual(await stage.attached(), with_(idOf()));
      });

      for (const end of ["parent", "other"] as const) {
        it(`fails for an unknown ${end} end, with a hint or the vendor's words, leaving nothing`, async () => {
          const wrong = end === "parent" ? subject.unknownParent : subject.unknownOther;
          const error = await failure(up(wrong));
          assert.match(sentence(error), /^attaching .+ to .+ \(.+\): /);
          assert.equal(error.id, undefined, "nothing was attached, so nothing may stay in state");
          assert.deepEqual(await stage.attached(), foreign);
        });
      }

      it("attaches all pairs of one parent at once, and none is lost", async () => {
        const states = await upAll();
        assert.deepEqual(await stage.attached(), with_(...states.map(({ id }) => id)));
        await deployment();
        await Promise.all(states.map(({ id, outs }) => provider.delete(id, outs)));
        assert.deepEqual(await stage.attached(), foreign);
      });
    });

    describe("up again", () => {
      it("makes no call and no diff", async function () {
        needs(this, "journal");
        const { id, outs } = await up();
        const before = calls().length;
        const { inputs: checked, failures } = await provider.check(inputs(), inputs());
        assert.deepEqual(failures, []);
        assert.deepEqual(await provider.diff(id, outs, checked as Properties), { changes: false });
        assert.equal(calls().length, before);
      });

      it("replaces when the identity changes or is not known yet", async () => {
        const { id, outs } = await up();
        for (const name of Object.keys(inputs())) {
          if (association.fields[name]?.role !== "identity") continue;
          const { replaces } = await provider.diff(id, outs, { ...inputs(), [name]: UNKNOWN });
          assert.deepEqual(replaces, [name]);
        }
      });

      it("replaces when the region changes", async () => {
        const { id, outs } = await up();
        assert.deepEqual(await provider.diff(id, outs, { ...outs, region: "elsewhere-1" }), {
          replaces: ["region"],
        });
      });

      it("changes a setting in place", async function () {
        const { setting } = subject;
        if (!setting) return skip(this, "no setting of it shows in the cloud");
        const { id, outs } = await up(inputs(0, { [setting.name]: setting.from }));
        const { inputs: news } = await provider.check(inputs(), inputs(0, { [setting.name]: setting.to }));
        assert.deepEqual(await provider.diff(id, outs, news as Properties), {});
        const updated = await provider.update(id, outs, news as Properties);
        assert.equal(updated.outs?.[setting.name], setting.to);
        const { props } = await provider.read(id, updated.outs);
        assert.equal(props?.[setting.name], setting.to);
        assert.deepEqual(await stage.attached(), with_(id));
      });
    });

    describe("refresh", () => {
      it("finds what was detached behind its back, and the next up attaches exactly that", async () => {
        const [first, ...rest] = await upAll();
        assert.ok(first);
        await stage.detach(inputs());
        assert.deepEqual(await provider.read(first.id, first.outs), {});
        for (const { id, outs } of rest) assert.equal((await provider.read(id, outs)).id, id);
        const again = await up();
        assert.equal(again.id, first.id);
        assert.deepEqual(await stage.attached(), with_(first.id, ...rest.map(({ id }) => id)));
      });

      it("drops what is gone with its parent, and destroy succeeds", async function () {
        needs(this, "remove parent");
        const { id, outs } = await up();
        await stage.removeParent();
        await deployment();
        assert.deepEqual(await provider.read(id, outs), {});
        await provider.delete(id, outs);
      });

      it("drops what is gone with its other end, and destroy succeeds", async function () {
        needs(this, "remove other");
        const { id, outs } = await up();
        await stage.removeOther(inputs());
        await deployment();
        assert.deepEqual(await provider.read(id, outs), {});
        await provider.delete(id, outs);
        assert.deepEqual(await stage.attached(), foreign);
      });

      it("shows drift of a setting, which up mends", async function () {
        const { setting } = subject;
        if (!setting) return skip(this, "no setting of it shows in the cloud");
        const { id, outs } = await up(inputs(0, { [setting.name]: setting.from }));
        await stage.detach(inputs());
        await stage.attach(inputs(0, { [setting.name]: setting.to }));
        const { props } = await provider.read(id, outs);
        assert.equal(props?.[setting.name], setting.to);
        const { inputs: news } = await provider.check(inputs(), inputs(0, { [setting.name]: setting.from }));
        assert.deepEqual(await provider.diff(id, props as Properties, news as Properties), { changes: true });
        await provider.update(id, props as Properties, news as Properties);
        assert.equal((await provider.read(id, outs)).props?.[setting.name], setting.from);
      });

      it("does not mind what others attach", async () => {
        const { id, outs } = await up();
        const { outs: unforeseen } = { outs: inputs(1) };
        await stage.attach(unforeseen);
        const { props } = await provider.read(id, outs);
        assert.deepEqual(props, outs);
      });
    });

    describe("destroy", () => {
      it("detaches, and nothing else", async () => {
        const { id, outs } = await up();
        await deployment();
        await provider.delete(id, outs);
        assert.deepEqual(await stage.attached(), foreign);
      });

      it("succeeds when the pair is gone already", async () => {
        const { id, outs } = await up();
        await stage.detach(inputs());
        await deployment();
        await provider.delete(id, outs);
        assert.deepEqual(await stage.attached(), foreign);
      });

      it("fails at the last group with the rule and the remedy, without trying again and again", async function () {
        needs(this, "last group", "journal");
        const { id, outs } = await up();
        for (const other of foreign) await stage.detach({ id: other });
        await deployment();
        const before = calls("write").length;
        const error = await failure(provider.delete(id, outs));
        assert.match(sentence(error), /hint: .*(attach another one first|at least one)/i);
        assert.equal(calls("write").length - before, 1);
      });
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
        assert.deepEqual(await provider.read(second.id, second.outs), {});
        assert.equal((await provider.read(first.id, first.outs)).id, first.id);
        await count(2, "refreshed");
        await deployment();
        const again = await up(inputs(1));
        await count(3, "the second attached again");
        await deployment();
        await provider.delete(first.id, first.outs);
        await count(2, "the first detached");
        await provider.delete(again.id, again.outs);
        await count(1, "the second detached");
        await provider.delete(again.id, again.outs);
        await count(1, "detached twice");
        await stage.detach(inputs(2));
        await count(0, "only the foreign ones are left");
      });
    });

    describe("ownership", () => {
      it("keeps a pair attached throughout a rename", async function () {
        needs(this, "journal");
        const { id, outs } = await up();
        await deployment();
        await up();
        await provider.delete(id, outs);
        assert.deepEqual(await stage.attached(), with_(id));
        assert.deepEqual(
          calls().filter((entry) => entry.action === actions.detach),
          [],
        );
      });

      it("detaches in the same run what is really gone from the program", async () => {
        const old = await up(inputs(1));
        await deployment();
        const { id } = await up();
        await provider.delete(old.id, old.outs);
        assert.deepEqual(await stage.attached(), with_(id));
      });
    });

    describe("wrong credentials", () => {
      it("of another account stop refresh, update and destroy, and drop nothing", async function () {
        needs(this, "other account");
        const { id, outs } = await up();
        await deployment("other");
        for (const attempt of [
          () => provider.read(id, outs),
          () => provider.delete(id, outs),
          () => provider.update(id, outs, inputs()),
        ]) {
          assert.match(
            sentence(await failure(attempt())),
            /the credentials are of .+ account .+ the attachment is in account/,
          );
        }
        assert.deepEqual(await stage.attached(), with_(id));
      });

      it("with a wrong secret fail everything with one sentence, and drop nothing", async () => {
        const { id, outs } = await up();
        await deployment("wrong");
        for (const attempt of [
          () => provider.read(id, outs),
          () => provider.delete(id, outs),
          () => up(inputs(1)),
        ]) {
          const error = await failure(attempt());
          assert.match(sentence(error), /^(reading|detaching|attaching) /);
          assert.equal(error.id, undefined);
        }
        assert.deepEqual(await stage.attached(), with_(id));
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
        it(`gets there although it ${name}`, async function () {
          needs(this, "faults");
          fail(...rules);
          const { id } = await up();
          assert.deepEqual(await stage.attached(), with_(id));
        });
      }

      it("does not attach twice when the answer was lost", async function () {
        needs(this, "faults", "journal");
        fail({ kind: "reset", action: actions.attach, times: 1, afterWork: true });
        const { id } = await up();
        assert.deepEqual(await stage.attached(), with_(id));
        assert.equal(calls().filter((entry) => entry.action === actions.attach).length, 1);
      });

      it("does not fail a destroy whose answer was lost", async function () {
        needs(this, "faults");
        const { id, outs } = await up();
        await deployment();
        fail({ kind: "reset", action: actions.detach, times: 1, afterWork: true });
        await provider.delete(id, outs);
        assert.deepEqual(await stage.attached(), foreign);
      });

      it("waits while the parent is busy", async function () {
        needs(this, "faults", "busy");
        fail({ kind: "busy", action: actions.attach, times: 2 });
        const { id, outs } = await up();
        await deployment();
        fail({ kind: "busy", action: actions.detach, times: 2 });
        await provider.delete(id, outs);
        assert.deepEqual(await stage.attached(), foreign);
      });

      it("says all it knows when the deadline passes, and keeps in state what may be attached", async function () {
        needs(this, "faults");
        fail({ kind: "throttle", action: actions.attach });
        const error = await failure(up(inputs(0, { __timeouts: { create: 1.5 } })));
        assert.match(
          sentence(error),
          /^attaching .+ to .+ \(.+\): the deadline of 1\.5 s passed; last answer: .+ \(.*\d+ attempts?; \d+\.\d s; hint: .*customTimeouts/,
        );
        assert.equal(error.id, idOf());
        assert.equal(error.properties?.confirmed, false);
        fail();
        await deployment();
        const { id, properties } = error as Required<Failed>;
        const { inputs: news } = await provider.check(inputs(), inputs());
        assert.deepEqual(await provider.diff(id, properties, news as Properties), { changes: true });
        const { outs } = await provider.update(id, properties, news as Properties);
        assert.equal(outs?.confirmed, true);
        assert.deepEqual(await stage.attached(), with_(id));
      });

      it("forgets nothing when the attach went through and then nothing answers any more", async function () {
        needs(this, "faults");
        fail(
          { kind: "reset", action: actions.attach, afterWork: true },
          { kind: "reset", action: actions.find, skip: 1 },
        );
        const error = await failure(up(inputs(0, { __timeouts: { create: 2 } })));
        assert.equal(error.id, idOf());
        fail();
        await deployment();
        const { id, properties } = error as Required<Failed>;
        await provider.delete(id, properties);
        assert.deepEqual(await stage.attached(), foreign);
      });

      it("never takes a failure for gone", async function () {
        needs(this, "faults");
        const { id, outs } = await up();
        for (const rule of [
          { kind: "http", status: 403, body: "<html>no</html>", contentType: "text/html" },
          { kind: "http", status: 404, body: "<html>nothing here</html>", contentType: "text/html" },
          { kind: "error", status: 404, code: "Something.NotFound", message: "no such thing" },
        ] as FaultRule[]) {
          await deployment();
          fail({ ...rule, action: actions.find });
          await failure(provider.read(id, { ...outs, __timeouts: { update: 5 } }));
        }
      });
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
