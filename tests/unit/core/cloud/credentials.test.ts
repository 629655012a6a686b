import assert from "node:assert/strict";
import {
  chain,
  credentialsFrom,
  credentialsOf,
  isUnavailable,
  role,
  type Source,
  unavailable,
} from "../../../../providers/core/cloud/credentials";
import { forgetAll } from "../../../../providers/core/cloud/kept";
import { accountOf, type KeyApi, KeySession } from "../../../../providers/core/cloud/key-session";
import { type Expiring, within } from "../../../../providers/core/cloud/renewable";
import { connect } from "../../../../providers/core/cloud/sessions";
import type { Cloud, Connection, Session } from "../../../../providers/core/contract/cloud";
import { CloudError } from "../../../../providers/core/contract/errors";
import { type Settings, settingsFrom } from "../../../../providers/core/util/settings";

const limits = within(5_000);
const give =
  (value: string): Source<string> =>
  () =>
    Promise.resolve(value);

describe("a chain of credentials", () => {
  it("gives those of the first link that is configured, and asks no other", async () => {
    const asked: string[] = [];
    const link = (name: string, source?: Source<string>) =>
      [
        name,
        () => {
          asked.push(name);
          return source;
        },
      ] as const;
    const source = chain([link("one"), link("two", give("2")), link("three", give("3"))], "none");
    assert.equal(await source(limits), "2");
    assert.deepEqual(asked, ["one", "two"]);
  });

  it("ends with a link that is configured but broken: the next one would be somebody else", () => {
    const broken = () => {
      throw new Error("half a key");
    };
    const links = [["one", broken] as const, ["two", () => give("2")] as const];
    assert.throws(() => chain(links, "none"), /half a key/);
  });

  it("says what is missing where none is", () => {
    assert.throws(
      () => chain([["one", () => undefined] as const], "set this or that"),
      (error) => isUnavailable(error) && /set this or that/.test(String(error)),
    );
  });
});

describe("credentials from a chain", () => {
  const always = { expires: 0 };

  it("stay those of the source that was found: a metadata service may be behind it", async () => {
    let found = 0;
    const own = credentialsFrom(() => {
      found += 1;
      return async () => always;
    });
    await own.current(within(5_000));
    await own.current(within(5_000));
    assert.equal(found, 1);
  });

  it("are looked for anew once that source has failed, or where there was none", async () => {
    const failing = async () => {
      throw new Error("gone");
    };
    const sources = [undefined, failing, async () => always];
    const own = credentialsFrom(() => chain([["next", () => sources.shift()] as const], "set this or that"));
    await assert.rejects(own.current(within(5_000)), /set this or that/);
    await assert.rejects(own.current(within(5_000)), /gone/);
    assert.equal(await own.current(within(5_000)), always);
  });
});

describe("the credentials of a connection", () => {
  const ways = {
    ambient: () => give("ambient"),
    base: () => give("base"),
    profile: (name: string) => give(name),
    assume:
      ({ roleArn }: { roleArn: string }, source: Source<string>): Source<string> =>
      async (deadline) =>
        `${roleArn} by ${await source(deadline)}`,
  };
  const of = (connection?: Connection) => credentialsOf(connection, ways)(limits);

  it("are those of its profile, of its role by its profile's or the configured ones, else the ambient ones", async () => {
    assert.equal(await of(), "ambient");
    assert.equal(await of({}), "ambient");
    assert.equal(await of({ profile: "p" }), "p");
    assert.equal(await of({ assumeRole: { roleArn: "r" } }), "r by base");
    assert.equal(await of({ profile: "p", assumeRole: { roleArn: "r" } }), "r by p");
  });
});

describe("a role", () => {
  const refuse = (facts: { status?: number; requestId?: string }) => async () => {
    throw new CloudError({ code: "No", message: "", ...facts });
  };
  const permanent = () => ({ outcome: "permanent" }) as const;

  it("is not to be had here when the cloud says so for good, and only then", async () => {
    const mark = async (facts: object, outcome: "permanent" | "transient") => {
      const error = await role(refuse(facts), () => ({ outcome })).catch((thrown: unknown) => thrown);
      return isUnavailable(error);
    };
    assert.equal(await mark({ status: 403 }, "permanent"), true);
    assert.equal(await mark({ requestId: "R" }, "permanent"), true);
    assert.equal(await mark({ status: 503 }, "transient"), false);
    // A certificate that is not trusted says nothing of the role.
    assert.equal(await mark({}, "permanent"), false);
    assert.equal(await role(() => Promise.resolve(1), permanent), 1);
  });
});

describe("an account", () => {
  beforeEach(forgetAll);

  it("is asked for once by all at the same time, and again after a failure", async () => {
    let asked = 0;
    const api: KeyApi<"sts", Expiring> = {
      vendor: { name: "fake", title: "Fake", tenant: "account", settings: {}, region: () => undefined },
      endpointOf: () => new URL("https://sts.test"),
      limits: { perSecond: {}, isThrottled: () => false },
      async exchange() {
        asked += 1;
        await new Promise(setImmediate);
        if (asked === 1) throw new Error("no answer");
        return { body: { AccountId: "1" } };
      },
      isExpired: () => false,
      classify: () => ({ outcome: "permanent" }),
    };
    class FakeSession extends KeySession<"sts", Expiring> {
      readonly api = api;
    }
    const credentials = credentialsFrom(() => async () => ({}));
    const session = new FakeSession(
      "",
      "here",
      credentials,
      settingsFrom(() => undefined),
    );
    const account = () => accountOf(session, "k", within(5_000));
    const first = await Promise.allSettled([account(), account()]);
    assert.deepEqual(
      first.map(({ status }) => status),
      ["rejected", "rejected"],
    );
    assert.equal(asked, 1);
    assert.deepEqual(await Promise.all([account(), account()]), ["1", "1"]);
    assert.equal(asked, 2);
  });
});

describe("a session", () => {
  const key = { config: "fake:key", env: ["FAKE_KEY"] };
  let logins: string[];
  let fails: Error | undefined;
  const cloud: Cloud<Session> = {
    name: "fake",
    title: "Fake",
    tenant: "account",
    settings: { key },
    region: (settings) => settings.config("fake:region"),
    async connect({ region = "", connection }) {
      logins.push(connection?.profile ?? "ambient");
      await new Promise(setImmediate);
      if (fails && connection) throw fails;
      return { accountId: "1", region };
    },
    classify: () => ({ outcome: "permanent" }),
  };
  const given = (config: Record<string, string> = {}, env: Record<string, string> = {}): Settings =>
    settingsFrom((name) => config[name], env);

  beforeEach(() => {
    forgetAll();
    logins = [];
    fails = undefined;
  });

  it("is one under equal settings, for the configured region and the same one given", async () => {
    const config = { "fake:key": "k", "fake:region": "here" };
    const all = await Promise.all([
      connect(cloud, {}, given(config)),
      connect(cloud, { region: "here", recorded: true }, given({ ...config })),
      connect(cloud, { region: "here" }, given({ ...config, "other:key": "x" }, { OTHER: "y" })),
    ]);
    assert.equal(new Set(all).size, 1);
    assert.deepEqual(logins, ["ambient"]);
  });

  for (const [what, config, env] of [
    ["its own", { "fake:key": "k2" }, {}],
    ["a variable", {}, { FAKE_KEY: "k2" }],
    ["the proxy", {}, { https_proxy: "http://proxy:1" }],
    ["the home folder", {}, { HOME: "/other" }],
    ["leave for plain http", { "pulumi-cloud-attachments:allowPlainHttp": "true" }, {}],
    ["the rates", { "pulumi-cloud-attachments:requestsPerSecond": '{"A":1}' }, {}],
  ] as [string, Record<string, string>, Record<string, string>][]) {
    it(`is another one where ${what} differs`, async () => {
      const one = await connect(cloud, {}, given());
      assert.notEqual(one, await connect(cloud, {}, given(config, env)));
    });
  }

  it("that could not be had is asked for again", async () => {
    fails = new Error("down");
    const where = { connection: { profile: "p" } };
    await assert.rejects(connect(cloud, where, given()), /down/);
    fails = undefined;
    await connect(cloud, where, given());
    assert.deepEqual(logins, ["p", "p"]);
  });

  it("of a recorded profile that is not here gives way to the ambient one; of a broken one it does not", async () => {
    const where = { connection: { profile: "p" }, recorded: true };
    fails = new Error("broken");
    await assert.rejects(connect(cloud, where, given()), /broken/);
    fails = unavailable(new Error("no such profile"));
    await assert.rejects(connect(cloud, { ...where, recorded: false }, given()), /no such profile/);
    assert.equal((await connect(cloud, where, given())).accountId, "1");
    assert.deepEqual(logins, ["p", "p", "p", "ambient"]);
  });
});
