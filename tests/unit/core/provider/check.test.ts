import assert from "node:assert/strict";
import * as v from "valibot";
import { associations } from "../../../../providers/associations";
import { type AnyAssociation, fieldsOf } from "../../../../providers/core/contract/association";
import type { Where } from "../../../../providers/core/contract/cloud";
import type { Field } from "../../../../providers/core/contract/fields";
import type { Properties } from "../../../../providers/core/contract/inputs";
import { checkInputs, type Failure } from "../../../../providers/core/provider/check";
import { handler } from "../../../../providers/core/provider/handler";
import { UNKNOWN } from "../../../../providers/core/util/canonical";
import { FakeCloud } from "../../../kit/fake-cloud";

const UUID = "11111111-2222-4333-8444-555555555555";
const CONNECTION = {
  profile: "work",
  assumeRole: { roleArn: "a/b", sessionName: "s", externalId: "x", policy: "{}", durationSeconds: 900 },
};

/** A value that the field takes. */
function good(field: Field): unknown {
  const fits = (value: unknown) => v.safeParse(field.rule(), value).success;
  const value = [UUID, 1, true, CONNECTION, "adopt"].find(fits);
  assert.ok(value !== undefined);
  return value;
}

/** Every argument of an association, of alternatives the first. */
function allOf(association: AnyAssociation): Properties {
  const others = (association.exactlyOne ?? []).flatMap((names) => names.slice(1));
  const given = fieldsOf(association).filter(([name]) => !others.includes(name));
  return Object.fromEntries(given.map(([name, field]) => [name, good(field)]));
}

const failuresOf = (association: AnyAssociation, news: Properties) => checkInputs(association, news).failures;

/** `value` in place of the member at `path` of the connection. */
function connectionWith(path: readonly string[], value: unknown): Properties {
  const [name = "", ...rest] = path;
  if (rest.length === 0) return { ...CONNECTION, [name]: value };
  return { ...CONNECTION, assumeRole: { ...CONNECTION.assumeRole, [rest[0] as string]: value } };
}

const paths = [
  ["profile"],
  ["assumeRole"],
  ...Object.keys(CONNECTION.assumeRole).map((name) => ["assumeRole", name]),
];

for (const [name, association] of Object.entries(associations)) {
  describe(`check of ${name}`, () => {
    const all = allOf(association);

    it("finds nothing wrong with good arguments", () => {
      assert.deepEqual(failuresOf(association, all), []);
    });

    it("takes what is not known yet for no value, in each argument and in all of them", () => {
      const names = fieldsOf(association).map(([each]) => each);
      for (const each of names) {
        assert.deepEqual(failuresOf(association, { ...all, [each]: UNKNOWN }), [], each);
      }
      const unknown = Object.fromEntries(names.map((each) => [each, UNKNOWN]));
      assert.deepEqual(checkInputs(association, unknown), { inputs: unknown, failures: [] });
    });

    for (const names of association.exactlyOne ?? []) {
      it(`takes one of ${names.join(" and ")}, and any that is not known yet may turn out to be left out`, () => {
        const value = all[names[0] as string];
        const rest = Object.fromEntries(Object.entries(all).filter(([each]) => !names.includes(each)));
        const told = (first: unknown, second: unknown) => {
          const given = Object.entries({ [names[0] as string]: first, [names[1] as string]: second });
          const known = Object.fromEntries(given.filter(([, each]) => each !== undefined));
          return failuresOf(association, { ...rest, ...known }).map(({ reason }) => reason);
        };
        for (const [first, second] of [
          [UNKNOWN, UNKNOWN],
          [UNKNOWN, undefined],
          [undefined, UNKNOWN],
          [UNKNOWN, value],
          [value, UNKNOWN],
          // What these turn out to be.
          [undefined, value],
          [value, undefined],
        ]) {
          assert.deepEqual(told(first, second), []);
        }
        const wrong = `exactly one of ${names.join(" and ")} must be given`;
        assert.deepEqual(told(undefined, undefined), [wrong]);
        assert.deepEqual(told(value, value), [wrong]);
        assert.deepEqual(told("", value), [`${names[0]} must not be empty`]);
      });
    }

    it("knows no part of a connection that is not known yet, and still checks the others", () => {
      for (const path of paths) {
        const connection = connectionWith(path, UNKNOWN);
        assert.deepEqual(failuresOf(association, { ...all, connection }), [], path.join("."));
      }
      const connection = { profile: "", assumeRole: { roleArn: UNKNOWN, durationSeconds: "900" } };
      assert.deepEqual(
        failuresOf(association, { ...all, connection }).map(({ reason }) => reason),
        [
          "connection.profile must not be empty",
          'connection.assumeRole.durationSeconds must be a whole number from 1 to 43200, not the text "900"',
        ],
      );
    });

    it("tells a misspelled argument once, and which one is meant", () => {
      for (const [field, value] of Object.entries(all)) {
        const others = Object.fromEntries(Object.entries(all).filter(([each]) => each !== field));
        const snake = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
        const wrong = [field.toUpperCase(), `${field}s`, field.replace(/.(?=..$)/, "q"), snake];
        for (const name of wrong.filter((each) => each !== field)) {
          assert.deepEqual(failuresOf(association, { ...others, [name]: value }), [
            { property: name, reason: `${name} is not an argument; did you mean ${field}?` },
          ]);
        }
      }
    });

    it("tells one mistake once, at its argument, in our words", () => {
      const odd = [
        "",
        " ",
        " x ",
        "80",
        "true",
        "a:b",
        0,
        1.5,
        -1.5,
        1e9,
        Number.NaN,
        true,
        [],
        ["x"],
        {},
        { roleArn: "r", x: 1 },
      ];
      const mistakes: [string, Properties][] = [
        ...Object.keys(all).flatMap((each) =>
          odd.map((value): [string, Properties] => [each, { ...all, [each]: value }]),
        ),
        ...paths.flatMap((path) =>
          [...odd, null].map((value): [string, Properties] => [
            "connection",
            { ...all, connection: connectionWith(path, value) },
          ]),
        ),
      ];
      let told = 0;
      for (const [property, news] of mistakes) {
        const failures = failuresOf(association, news);
        const shown = `${JSON.stringify(news[property])}: ${JSON.stringify(failures)}`;
        assert.ok(failures.length <= 1, shown);
        for (const failure of failures) {
          assert.equal(failure.property, property, shown);
          assert.match(failure.reason, /^[\w.]+ (is|must) /, shown);
          assert.doesNotMatch(failure.reason, /Invalid|Expected|received/, shown);
          told += 1;
        }
      }
      assert.ok(told > mistakes.length / 2);
    });
  });
}

describe("check", () => {
  const { association } = new FakeCloud();
  const told = (news: Properties) =>
    failuresOf(association, { part: "p1", whole: "w1", ...news }).map(({ reason }) => reason);

  it("names a number or a yes or no that came as text, a number in place of a text, and shows no other text", () => {
    const weight = "weight must be a whole number from 0 to 100";
    assert.deepEqual(told({ weight: "80" }), [`${weight}, not the text "80"`]);
    assert.deepEqual(told({ weight: "true" }), [`${weight}, not the text "true"`]);
    assert.deepEqual(told({ weight: "hunter2" }), [`${weight}, not a text`]);
    assert.deepEqual(told({ weight: true }), [`${weight}, not true`]);
    assert.deepEqual(told({ weight: 101 }), [weight]);
    assert.deepEqual(told({ part: 80 }), ["part must be a string, not the number 80"]);
    assert.deepEqual(told({ part: ["p1"] }), ["part must be a string, not a list"]);
    assert.deepEqual(told({ ifAttached: true }), ["ifAttached must be one of adopt, fail, not true"]);
    const ess = associations["alicloud-ess-vserver-group-attachment"] as AnyAssociation;
    assert.deepEqual(
      failuresOf(ess, { ...allOf(ess), forceAttach: "false" }).map(({ reason }) => reason),
      ['forceAttach must be true or false, not the text "false"'],
    );
  });

  it("names the members that a connection has, and those it lacks", () => {
    assert.deepEqual(told({ connection: { profil: "work" } }), [
      "connection.profil is not an argument; known are profile, assumeRole",
    ]);
    assert.deepEqual(told({ connection: { assumeRole: {} } }), ["connection.assumeRole.roleArn is required"]);
    assert.deepEqual(told({ connection: "work" }), ["connection must be an object, not a text"]);
  });
});

describe("what can be told offline", () => {
  const INPUTS = { part: "p1", whole: "w1" };
  let fake: FakeCloud;
  let asked: Where[];
  let answer: Error | undefined;

  beforeEach(() => {
    fake = new FakeCloud();
    asked = [];
    answer = undefined;
    fake.cloud.preflight = (where) => {
      asked.push(where);
      if (answer) throw answer;
    };
  });

  const check = async (news: Properties, olds: Properties = {}, provider = handler(fake.association)) =>
    (await provider.check(olds, news)).failures as Failure[];

  it("is told by check, which is all that a preview calls", async () => {
    answer = new Error("ACCESS_KEY is set without SECRET_KEY");
    assert.deepEqual(await check(INPUTS), [{ property: "", reason: "ACCESS_KEY is set without SECRET_KEY" }]);
    assert.deepEqual(fake.calls, []);
  });

  it("is shown at the argument that it is about", async () => {
    answer = Object.assign(new Error("no region is given"), { property: "region" });
    assert.deepEqual(await check(INPUTS), [{ property: "region", reason: "no region is given" }]);
  });

  it("is asked once for each place, with the settings of the stack, new or in state", async () => {
    const provider = handler(fake.association);
    const { preflight } = fake.cloud;
    const regions: unknown[] = [];
    fake.cloud.preflight = (where, settings) => {
      regions.push(settings.config("fake:region"));
      preflight?.(where, settings);
    };
    await provider.configure?.({
      config: { get: (key: string) => (key === "fake:region" ? "here" : undefined), require: String },
    });
    answer = new Error("half a key");
    for (const part of ["p1", "p2"]) {
      assert.equal((await check({ ...INPUTS, part }, {}, provider)).length, 1);
      await check({ ...INPUTS, part, region: "r1", connection: { profile: "a" } }, {}, provider);
      await check({ ...INPUTS, part, connection: { profile: "a" }, region: "r1" }, INPUTS, provider);
    }
    assert.deepEqual(asked, [
      { recorded: false },
      { region: "r1", connection: { profile: "a" }, recorded: false },
      { region: "r1", connection: { profile: "a" }, recorded: true },
    ]);
    assert.deepEqual(regions, ["here", "here", "here"]);
  });

  it("is not asked where region or connection are wrong or not known yet", async () => {
    answer = new Error("half a key");
    const unasked = [
      { region: UNKNOWN },
      { connection: UNKNOWN },
      { connection: { assumeRole: { roleArn: UNKNOWN } } },
    ];
    for (const where of unasked) assert.deepEqual(await check({ ...INPUTS, ...where }), []);
    assert.equal((await check({ ...INPUTS, region: "" })).length, 1);
    assert.deepEqual(asked, []);
  });

  it("leaves clouds alone that cannot tell", async () => {
    delete fake.cloud.preflight;
    assert.deepEqual(await check(INPUTS), []);
  });
});
