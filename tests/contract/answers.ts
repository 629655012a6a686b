import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { AUDIT_LOG } from "../../providers/core/cloud/audit-log";
import type { Properties } from "../../providers/core/contract/inputs";
import { UNCLEAR_TRIES } from "../../providers/core/reconcile/retry";
import type { FaultRule } from "../../simulator/index";
import { type Deployment, type Failure, failureOf, type State } from "../kit/deployment";
import { until } from "../kit/until";
import type { Stage } from "./stage";
import type { Subject } from "./subject";
import { REQUEST, type Wire } from "./wire";

/** What the suite has at hand in each of its tests. */
export interface Scene {
  stage(): Stage;
  deployment(): Deployment;
  newRun(): Promise<void>;
  inputs(): Properties;
  id(): string;
}

/** An answer, and the one to what is asked next where it is an empty list. */
interface Odd {
  title: string;
  answer: FaultRule;
  next?: FaultRule;
}

/** An answer with status 200, unless told otherwise. */
function says(value: unknown, more: Partial<FaultRule> = {}): FaultRule {
  const body = typeof value === "string" ? value : JSON.stringify(value);
  // Where Nova has its request id.
  const headers = { "x-openstack-request-id": REQUEST, ...more.headers };
  return { kind: "http", status: 200, body, contentType: "application/json", ...more, headers };
}

const OTHER = "00000000-0000-4000-8000-00000000abcd";

/** What is no answer of any API. */
const nothings: Record<string, FaultRule> = {
  "an empty object": says({}),
  "an empty list": says([]),
  null: says(null),
  "a string": says('"blocked"'),
  "a status that blocks": says({ status: "blocked" }),
  "a flag that blocks": says({ blocked: true }),
  "an error of another API, with status 200": says({ code: "Blocked", message: "by policy" }),
  "a fault of another API, with status 200": says({ error: { code: 403, message: "by policy" } }),
  "a Response that is none": says({ Response: "blocked" }),
  "no body": says(""),
  "a page": says("<html>log in</html>", { contentType: "text/html" }),
  "a redirection": says({}, { status: 302, headers: { location: "https://login.example/" } }),
};

function isNothing(answer: FaultRule): boolean {
  return Object.values(nothings).includes(answer);
}

function oddities({ items, list, next, refusal, unlisted }: Wire): Odd[] {
  const refused = refusal("Odd.Refusal", "by policy", REQUEST);
  const odd: Record<string, FaultRule> = {
    ...nothings,
    "a list without its items": says(unlisted),
    // A whole answer, but for its status.
    "an empty list, with a redirection": says(list([], 0), {
      status: 302,
      headers: { location: "https://login.example/" },
    }),
    "a text for the list": says(list("none", 0)),
    "a list of nothing": says(list([null], 1)),
    ...(refused.status === 200 ? {} : { "a refusal, with status 200": says(refused.body) }),
    ...(items
      ? {
          "an empty list of one": says(list([], 1)),
          "a text for what is attached": says(list([items.item(items.parent, "sg-1 rsp-1")], 1)),
          "a list of another": says(list([items.item("another-1", [])], 1)),
        }
      : {
          "a group without an id": says(list([{ name: "web" }], 1)),
          "a 404 of another server": says(
            { itemNotFound: { code: 404, message: `Instance ${OTHER} could not be found.` } },
            { status: 404 },
          ),
        }),
  };
  const empty = says(list([], 0));
  return [
    ...Object.entries(odd).map(([title, answer]) => ({ title, answer })),
    ...(next
      ? Object.entries(nothings).map(([title, then]) => ({
          title: `an empty list, and then ${title}`,
          answer: empty,
          next: then,
        }))
      : []),
    ...(next && !items
      ? [
          {
            title: "an empty list, and then another server",
            answer: empty,
            next: says({ server: { id: OTHER, status: "ACTIVE" } }),
          },
        ]
      : []),
  ];
}

/** Rows about answers that are not the API's, or that hold what cannot be printed. */
export function answers({ actions }: Subject, wire: Wire, scene: Scene): void {
  const { stage, deployment, newRun, inputs, id } = scene;

  const fail = (...rules: FaultRule[]) => stage().fail?.(...rules);
  const up = () => deployment().create(inputs());
  const calls = (action: string) =>
    (stage().journal?.() ?? []).filter((entry) => entry.action === action).length;
  const isAttached = async () => (await stage().attached()).includes(id());

  /** What `attempt` fails with, in a run of its own, under these rules; how many calls it made; and what the audit log says of them. */
  async function failing(rules: FaultRule[], attempt: () => Promise<unknown>) {
    await newRun();
    const before = { ...counts() };
    fail(...rules);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "attachments-answers-"));
    const file = path.join(folder, "audit.log");
    process.env[AUDIT_LOG] = file;
    const error = await failureOf(attempt());
    delete process.env[AUDIT_LOG];
    const lines = fs.readFileSync(file, "utf8").trim().split("\n");
    const audit = lines.map((line) => JSON.parse(line) as { action: string; outcome: string });
    fs.rmSync(folder, { recursive: true });
    fail();
    const after = counts();
    const made = {
      find: after.find - before.find,
      attach: after.attach - before.attach,
      detach: after.detach - before.detach,
    };
    return { error, made, audit };
  }
  const counts = () => ({
    find: calls(actions.find),
    attach: calls(actions.attach),
    detach: calls(actions.detach),
  });

  /** The audit log tells of no answer that was not believed as of a good one. */
  function assertRefused(audit: readonly { action: string; outcome: string }[], action: string): void {
    const told = audit.filter((line) => line.action === action);
    assert.ok(told.length > 0, `no line about ${action}`);
    assert.ok(
      told.every(({ outcome }) => outcome !== "ok"),
      JSON.stringify(told),
    );
  }

  /** Its pair is not in state as confirmed. */
  const unconfirmed = ({ outs, ...state }: State): State => ({
    ...state,
    outs: { ...outs, confirmed: false },
  });

  describe("an answer that is not the API's", () => {
    for (const { title, answer, next } of oddities(wire)) {
      const rulesOf = (action: string, more: Partial<FaultRule> = {}): FaultRule[] => [
        { ...answer, action, ...more },
        ...(next && wire.next ? [{ ...next, action: wire.next }] : []),
      ];

      it(`proves nothing to a look: ${title}`, async () => {
        const looks = rulesOf(actions.find);
        const created = await failing(looks, up);
        assert.deepEqual(created.made, { find: created.made.find, attach: 0, detach: 0 });
        assert.ok(created.made.find <= 2 * UNCLEAR_TRIES, `${created.made.find} looks`);
        assertSentence(created.error, "attaching", answer, next);
        assert.equal(created.error.id, undefined, "nothing was written");
        // What lacks no more than items is the API's answer, if not a whole one.
        if (!next && isNothing(answer)) assertRefused(created.audit, actions.find);

        await newRun();
        const state = await up();
        const read = await failing(looks, () => deployment().refresh(state));
        const updated = await failing(looks, () => deployment().update(unconfirmed(state), inputs()));
        for (const { made } of [read, updated]) {
          assert.deepEqual(made, { find: made.find, attach: 0, detach: 0 });
          assert.ok(made.find <= UNCLEAR_TRIES, `${made.find} looks`);
        }
        assertSentence(read.error, "reading", answer, next);
        assertSentence(updated.error, "updating", answer, next);
        assert.ok(await isAttached());

        const deleted = await failing(looks, () => deployment().delete(state));
        assert.equal(deleted.made.detach, 1, "a look that says nothing is no reason to write again");
        assert.ok(deleted.made.find <= 2 * UNCLEAR_TRIES, `${deleted.made.find} looks`);
        assertSentence(deleted.error, "detaching", answer, next);
        await newRun();
        await deployment().delete(state);
        assert.ok(!(await isAttached()));
      });

      it(`does not lose what a create attached: ${title}`, async () => {
        const { error, made } = await failing(rulesOf(actions.find, { skip: 1 }), up);
        assert.equal(made.attach, 1);
        assert.equal(error.id, id());
        await until(isAttached);
        assertSentence(error, "attaching", answer, next);
      });

      if (next) continue;
      it(`does not say that a write was done, nor that it was not: ${title}`, async () => {
        const attaching = rulesOf(actions.attach);
        const created = await failing(attaching, up);
        assert.ok(created.made.attach <= UNCLEAR_TRIES, `${created.made.attach} writes`);
        assert.ok(!(await isAttached()));
        const isRefused = isNothing(answer) && answer.body !== "";
        // Nova's writes answer without a body.
        if (isRefused) assertRefused(created.audit, actions.attach);
        await newRun();
        fail({ ...answer, action: actions.attach, afterWork: true });
        const before = calls(actions.attach);
        const state = await up();
        assert.equal(calls(actions.attach) - before, 1, "a look has shown it");
        assert.equal(state.outs.confirmed, true);

        const deleted = await failing(rulesOf(actions.detach), () => deployment().delete(state));
        assert.ok(deleted.made.detach <= UNCLEAR_TRIES, `${deleted.made.detach} writes`);
        assert.ok(await isAttached());
        if (isRefused) assertRefused(deleted.audit, actions.detach);
        await newRun();
        fail({ ...answer, action: actions.detach, afterWork: true });
        await deployment().delete(state);
        assert.ok(!(await isAttached()));
      });
    }
  });

  describe("a text that is not printable", () => {
    for (const [title, text] of Object.entries(texts)) {
      it(`is told in a printable sentence, and loses nothing: ${title}`, async () => {
        const { status, body } = wire.refusal(`Odd${text}`, `no ${text} yes`, `R${text.slice(0, 500)}`);
        const odd = says(body, { status });
        const on = (action: string, more: Partial<FaultRule> = {}) => ({ ...odd, action, ...more });
        const errors = [await failing([on(actions.find)], up), await failing([on(actions.attach)], up)];
        assert.ok(!(await isAttached()));
        // The write went through, and nothing but odd texts tells of it.
        const late = [on(actions.attach, { afterWork: true }), on(actions.find, { skip: 1 })];
        const half = await failing(late, up);
        assert.equal(half.error.id, id());
        // Where writes end later than they answer.
        await until(isAttached);

        await newRun();
        const state = await up();
        errors.push(
          half,
          await failing([on(actions.find)], () => deployment().refresh(state)),
          await failing([on(actions.find)], () => deployment().update(unconfirmed(state), inputs())),
          await failing([on(actions.detach)], () => deployment().delete(state)),
        );
        assert.ok(await isAttached());
        for (const { error } of errors) {
          assertPrintable(error.message);
          assertPrintable(JSON.stringify(error.properties ?? {}));
        }
      });
    }
  });
}

/** One sentence that names the operation, the pair, what came, and the request where there was one; and not that time was up. */
function assertSentence(
  { message }: Failure,
  participle: string,
  answer: FaultRule,
  next: FaultRule | undefined,
): void {
  assert.match(message, new RegExp(`^${participle} .+ (to|at|from) .+ \\(.+\\): \\S+`));
  assert.doesNotMatch(message, /deadline|TypeError|undefined|is not (a function|iterable)/);
  assertPrintable(message);
  const { body = "" } = next ?? answer;
  if (body.includes(REQUEST)) assert.ok(message.includes(`request ${REQUEST}`), message);
}

function assertPrintable(text: string): void {
  assert.ok(text.length <= 2_000, `${text.length} characters`);
  // Not by the function that is to make it so.
  assert.ok(text.isWellFormed(), text);
  assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|<\{%/u);
}

/** What a terminal obeys, what gRPC refuses, what Pulumi takes for markup, and what is too much. */
const texts: Record<string, string> = {
  "half a surrogate pair": "\ud800 and \udc00",
  "an escape sequence": "\u001b[31mred\u001b[0m",
  "the title of a terminal": "\u001b]0;title\u0007",
  "a bell": "\u0007",
  "C1 controls": "\u009b31m\u0085",
  "bidi controls": "\u202eright to left\u2066",
  "a line break": "one\r\ntwo\u2028three",
  "markup that is not closed": "<{%reset",
  "five million characters": "long ".repeat(1_000_000),
};
