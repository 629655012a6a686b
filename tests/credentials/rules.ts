import assert from "node:assert/strict";
import dns from "node:dns";
import type { Properties } from "../../providers/core/contract/inputs";
import { defaultWorld, type Simulator, startSimulator } from "../../simulator/index";
import { secretsOf } from "../kit/secrets";
import { Machine } from "./machine";
import { Stack, type State } from "./stack";
import type { Account, Vendor } from "./vendor";

/** The simulator's names for what a login may ask. */
const LOGINS =
  /^(AssumeRole|GetCallerIdentity|CreateTemporaryAccessKey|createToken|listProjects|KeystoneListProjects)$/;

/** What a test has at hand. */
export interface Scene {
  simulator: Simulator;
  machine: Machine;
  stack: Stack;
  /** Ids of what is attached, without what was there in the beginning. */
  attached(): string[];
  /** Attaches the first pair of an account, and looks into what would be saved. */
  attach(account?: Account, more?: Properties): Promise<State>;
  detach(state: State): Promise<void>;
  /** Calls of an action that were answered well, or all of them. */
  calls(action: string, outcome?: "ok"): number;
}

/** A suite about the credentials of one cloud: the rules that hold for every cloud, then the cloud's own. */
export function credentials(vendor: Vendor, own?: (scene: Scene) => void): void {
  const { pairs, accounts, region } = vendor;

  describe(`credentials, ${vendor.association.cloud.title}`, function () {
    this.timeout(30_000);
    // Filled anew before each test; tests get at it when they run.
    const scene = {} as Scene;
    let foreign: string[];

    before(async () => {
      scene.simulator = await startSimulator();
    });
    after(() => scene.simulator?.stop());

    beforeEach(async () => {
      const { simulator } = scene;
      Object.assign(simulator.world, defaultWorld());
      simulator.journal.length = 0;
      simulator.setFaults({});
      scene.machine = await Machine.start();
      scene.stack = new Stack(vendor.association);
      const all = () => vendor.attached(simulator.world).map(({ id }) => id);
      foreign = all();
      scene.attach = attach;
      scene.detach = detach;
      scene.attached = () => [...new Set(all().filter((id) => !foreign.includes(id)))].sort();
      scene.calls = (action, outcome) =>
        simulator.journal.filter(
          (call) => call.action === action && call.outcome === (outcome ?? call.outcome),
        ).length;
    });
    afterEach(() => scene.machine?.leave());

    const where = () => vendor.where(scene.simulator);
    const inConfig = (account: Account) => vendor.inConfig(scene.simulator, account);
    const inEnvironment = (account: Account) => vendor.inEnvironment(scene.simulator, account);
    const here = { [vendor.regionKey]: region };

    async function attach(account: Account = "main", more: Properties = {}): Promise<State> {
      const state = await scene.stack.create({ ...pairs[account][0], ...more });
      assert.deepEqual(scene.attached(), [state.id]);
      assert.equal(state.outs.accountId, accounts[account]);
      assert.equal(state.outs.region, region);
      const saved = JSON.stringify(state.outs);
      for (const secret of secretsOf(scene.simulator.world)) {
        // The external id is an argument of the program.
        if (secret !== "simulator-external-id") assert.ok(!saved.includes(secret), `state holds ${secret}`);
      }
      return state;
    }

    async function detach(state: State): Promise<void> {
      await scene.stack.destroy(state);
      assert.deepEqual(scene.attached(), []);
    }

    /** Neither refresh nor destroy may take the pair for gone, and nothing may be written. */
    async function refused(state: State, reason: RegExp): Promise<void> {
      scene.simulator.journal.length = 0;
      await assert.rejects(scene.stack.refresh(state), reason);
      await assert.rejects(scene.stack.destroy(state), reason);
      assert.deepEqual(scene.attached(), [state.id]);
      assert.deepEqual(
        scene.simulator.journal.filter(({ kind }) => kind === "write"),
        [],
      );
    }

    const otherAccount = new RegExp(
      `the credentials are of .+ (account|project) ${accounts.other}, the attachment is in \\1 ${accounts.main}; nothing was changed`,
    );

    describe("where they come from", () => {
      it("config alone", async () => {
        await scene.stack.run({ ...inConfig("main"), ...here });
        await detach(await attach());
      });

      it("environment alone", async () => {
        scene.machine.environment({ ...inEnvironment("main"), [vendor.regionVariable]: region });
        await scene.stack.run(where());
        await detach(await attach());
      });

      it("config before environment", async () => {
        scene.machine.environment({ ...inEnvironment("other"), [vendor.regionVariable]: "nowhere" });
        await scene.stack.run({ ...inConfig("main"), ...here });
        await detach(await attach());
      });

      it("a profile that config or environment chooses, and its region", async () => {
        vendor.profiles(scene.machine, scene.simulator, { default: "other", laptop: "main" });
        await scene.stack.run({ ...where(), [vendor.profileKey]: "laptop" });
        const state = await attach();
        assert.equal(state.inputs.region, undefined, "a profile's region must not become an input");
        scene.machine.environment({ [vendor.profileVariable]: "laptop" });
        await scene.stack.run(where());
        await detach(state);
      });
    });

    describe("connection.profile", () => {
      const connection = { profile: "laptop" };

      it("takes the place of what is configured", async () => {
        vendor.profiles(scene.machine, scene.simulator, { default: "other", laptop: "main" });
        await scene.stack.run({ ...inConfig("other"), ...here });
        const state = await attach("main", { connection });
        assert.deepEqual(state.outs.connection, connection);
        await detach(state);
      });

      it("serves two accounts in one stack", async () => {
        vendor.profiles(scene.machine, scene.simulator, { ops: "other" });
        await scene.stack.run({ ...inConfig("main"), ...here });
        const mine = await attach();
        const theirs = await scene.stack.create({ ...pairs.other[0], connection: { profile: "ops" } });
        assert.equal(theirs.outs.accountId, accounts.other);
        assert.deepEqual(scene.attached(), [mine.id, theirs.id].sort());
        await Promise.all([scene.stack.destroy(mine), scene.stack.destroy(theirs)]);
        assert.deepEqual(scene.attached(), []);
      });

      it("that is not there is an error which names it and the file, before any call", async () => {
        vendor.profiles(scene.machine, scene.simulator, { default: "main" });
        await scene.stack.run({ ...inConfig("main"), ...here });
        await assert.rejects(attach("main", { connection: { profile: "gone" } }), vendor.noProfile("gone"));
        assert.deepEqual(scene.simulator.journal, []);
      });

      describe("recorded in state, but not there any more,", () => {
        let state: State;

        beforeEach(async () => {
          vendor.profiles(scene.machine, scene.simulator, { laptop: "main" });
          await scene.stack.run({ ...where(), ...here });
          state = await attach("main", { connection });
          vendor.profiles(scene.machine, scene.simulator, { ci: "other" });
        });

        it("gives way to the configured credentials of the same account", async () => {
          await scene.stack.run({ ...inConfig("main"), ...here });
          assert.equal((await scene.stack.refresh(state))?.confirmed, true);
          await detach(state);
        });

        it("does not give way to those of another account", async () => {
          await scene.stack.run({ ...inConfig("other"), ...here });
          await refused(state, otherAccount);
        });

        it("is an error in a program that still asks for it", async () => {
          await scene.stack.run({ ...inConfig("main"), ...here });
          const args = { ...pairs.main[0], connection, ifAttached: "fail" };
          await assert.rejects(scene.stack.update(state, args), vendor.noProfile("laptop"));
          assert.deepEqual(scene.attached(), [state.id]);
        });
      });

      it("of that name which now is another account's changes nothing", async () => {
        vendor.profiles(scene.machine, scene.simulator, { laptop: "main" });
        await scene.stack.run({ ...where(), ...here });
        const state = await attach("main", { connection });
        vendor.profiles(scene.machine, scene.simulator, { laptop: "other" });
        await scene.stack.run({ ...inConfig("main"), ...here });
        await refused(state, otherAccount);
      });

      it("renamed is an update in place, without a write", async () => {
        vendor.profiles(scene.machine, scene.simulator, { laptop: "main", ci: "main" });
        await scene.stack.run({ ...where(), ...here });
        const state = await attach("main", { connection });
        await scene.stack.run({ ...where(), ...here });
        const args = { ...pairs.main[0], connection: { profile: "ci" } };
        assert.deepEqual((await scene.stack.diff(state, args)).replaces ?? [], []);
        const updated = await scene.stack.update(state, args);
        assert.deepEqual(updated.outs.connection, { profile: "ci" });
        assert.equal(scene.calls(vendor.attach), 1);
        await detach(updated);
      });
    });

    const { role } = vendor;
    if (role) {
      describe("connection.assumeRole", () => {
        const connection = { assumeRole: { roleArn: role.roleArn } };

        it("works in the account of the role", async () => {
          await scene.stack.run({ ...inConfig("other"), ...here });
          const state = await attach("main", { connection });
          assert.equal(scene.calls(role.action), 1);
          await detach(state);
        });

        it("starts from connection.profile, if there is one", async () => {
          vendor.profiles(scene.machine, scene.simulator, { ops: "other" });
          await scene.stack.run({ ...where(), ...here });
          await detach(await attach("main", { connection: { profile: "ops", ...connection } }));
        });

        it("recorded in state, gives way to the account's own credentials where it cannot be assumed", async () => {
          await scene.stack.run({ ...inConfig("other"), ...here });
          const state = await attach("main", { connection });
          closeRole();
          await scene.stack.run({ ...inConfig("main"), ...here });
          assert.equal((await scene.stack.refresh(state))?.confirmed, true);
          await detach(state);
        });

        it("recorded in state, changes nothing where it cannot be assumed from another account", async () => {
          await scene.stack.run({ ...inConfig("other"), ...here });
          const state = await attach("main", { connection });
          closeRole();
          await scene.stack.run({ ...inConfig("other"), ...here });
          await refused(state, otherAccount);
        });

        it("that cannot be assumed is an error in a program that asks for it", async () => {
          closeRole();
          await scene.stack.run({ ...inConfig("other"), ...here });
          await assert.rejects(attach("main", { connection }), /not authorized/);
          assert.deepEqual(scene.attached(), []);
        });
      });
    }

    const { guardedRole } = vendor;
    if (guardedRole) {
      const { roleArn, externalId, refusal } = guardedRole;

      describe("connection.assumeRole.externalId", () => {
        beforeEach(() => scene.stack.run({ ...inConfig("main"), ...here }));

        it("opens a role that asks for it", async () => {
          await detach(await attach("other", { connection: { assumeRole: { roleArn, externalId } } }));
        });

        for (const [what, wrong] of Object.entries({ wrong: { externalId: "wrong" }, missing: {} })) {
          it(`that is ${what} is an error with the role and a hint, and nothing is written`, async () => {
            const assumeRole = { roleArn, ...wrong };
            await assert.rejects(attach("other", { connection: { assumeRole } }), refusal);
            assert.deepEqual(scene.attached(), []);
          });
        }
      });

      it("credentials that always end too soon are asked for each time, and never refused", async () => {
        scene.simulator.setFaults({ variants: { "sts.sessionSeconds": "60" } });
        await scene.stack.run({ ...inConfig("main"), ...here });
        const assumeRole = { roleArn, externalId };
        await detach(await attach("other", { connection: { assumeRole } }));
        assert.ok(scene.calls("AssumeRole") > 2);
        assert.deepEqual(
          scene.simulator.journal.filter(({ outcome }) => outcome !== "ok"),
          [],
        );
      });
    }

    /** Nobody may assume any role any more. */
    function closeRole(): void {
      const { alicloud, tencentcloud, huaweicloud, opentelekomcloud } = scene.simulator.world;
      for (const { roles } of [alicloud, tencentcloud]) {
        for (const each of Object.values(roles)) each.trustedAccountIds = [];
      }
      for (const { agencies } of [huaweicloud, opentelekomcloud]) {
        for (const each of Object.values(agencies)) each.trustedDomainId = "nobody";
      }
    }

    const issues = role?.action ?? vendor.login;
    if (issues) {
      describe("temporary credentials", () => {
        const more = role ? { connection: { assumeRole: { roleArn: role.roleArn } } } : {};
        const [one, ...others] = pairs.main;

        beforeEach(async () => {
          await scene.stack.run({ ...inConfig(role ? "other" : "main"), ...here });
        });

        it("that expire between calls are renewed once for all, unnoticed", async () => {
          const { stack, simulator } = scene;
          const first = await stack.create({ ...one, ...more });
          vendor.expire(simulator.world);
          const states = await Promise.all(others.map((pair) => stack.create({ ...pair, ...more })));
          assert.equal(scene.calls(issues), 2);

          assert.equal((await stack.refresh(first))?.confirmed, true);
          const before = scene.calls(issues);
          vendor.expire(simulator.world);
          await Promise.all([first, ...states].map((state) => stack.destroy(state)));
          assert.deepEqual(scene.attached(), []);
          assert.equal(scene.calls(issues), before + 1);
        });

        it("that expire just before a write are renewed, and it is done once", async () => {
          scene.simulator.setFaults({ rules: [{ kind: "expired", action: vendor.attach, times: 1 }] });
          const state = await scene.stack.create({ ...one, ...more });
          assert.equal(scene.calls(vendor.attach, "ok"), 1);
          assert.equal(scene.calls(vendor.attach), 2);
          assert.equal(scene.calls(issues), 2);
          await detach(state);
        });

        it("that the cloud goes on refusing are an error, not a loop", async () => {
          scene.simulator.setFaults({ rules: [{ kind: "expired", action: vendor.attach }] });
          await assert.rejects(scene.stack.create({ ...one, ...more }), /^Error: attaching .+ \(.+hint: /);
          assert.deepEqual(scene.attached(), []);
          assert.ok(scene.calls(vendor.attach) <= 2);
        });
      });
    }

    describe("several resource types, configured alike and started together,", () => {
      const more = role ? { connection: { assumeRole: { roleArn: role.roleArn } } } : {};
      const account = role ? "other" : "main";
      const started = async (...configs: Record<string, string>[]) => {
        const types = configs.map(() => new Stack(vendor.association));
        for (const [index, stack] of types.entries()) await stack.run(configs[index] ?? {});
        const create = (stack: Stack, index: number) => stack.create({ ...pairs.main[index], ...more });
        return Promise.all(types.map(create));
      };

      it("log in once", async () => {
        const config = { ...inConfig(account), ...here };
        await started(config, { ...config }, { ...config });
        const logins = scene.simulator.journal.filter(({ action }) => LOGINS.test(action));
        const actions = logins.map(({ action }) => action);
        assert.deepEqual(actions, [...new Set(actions)]);
        assert.ok(actions.includes(issues ?? "GetCallerIdentity"), actions.join(", "));
      });

      it("log in by themselves where one is configured otherwise", async () => {
        const config = { ...inConfig(account), ...here };
        await started(config, { ...config, "pulumi-cloud-attachments:allowPlainHttp": "true" });
        assert.equal(scene.calls(issues ?? "GetCallerIdentity"), 2);
      });
    });

    describe("a region that is none", () => {
      const hosts: string[] = [];
      const { lookup } = dns;

      beforeEach(() => {
        hosts.length = 0;
        const refuse = (host: string, _options: unknown, callback: (error: Error) => void) => {
          hosts.push(host);
          callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: "ENOTFOUND" }));
        };
        Object.assign(dns, { lookup: refuse });
      });
      afterEach(() => void Object.assign(dns, { lookup }));

      for (const evil of [
        "evil.test/#",
        "evil.test\\",
        "evil.test:443/",
        "me@evil.test",
        "..",
        "a b",
        "%2e",
      ]) {
        it(`chooses no host: ${evil}`, async () => {
          // Without the simulator's endpoints, as far as the login does not need them.
          const own = Object.entries(inConfig("main")).filter(([key]) => !/:endpoints$/.test(key));
          await scene.stack.run(Object.fromEntries(own));
          await assert.rejects(scene.stack.create({ ...pairs.main[0], region: evil }), (error: Error) => {
            assert.ok(error.message.includes(evil.replaceAll("\\", "\\\\")) || error.message.includes(evil));
            assert.match(error.message, /region|project/);
            return true;
          });
          assert.deepEqual(hosts, []);
          assert.deepEqual(scene.attached(), []);
        });
      }
    });

    const { clock } = vendor;
    if (clock) {
      it("a wrong clock is named", async () => {
        scene.simulator.setFaults({ clockOffsetMs: 20 * 60_000 });
        await scene.stack.run({ ...inConfig("main"), ...here });
        await assert.rejects(scene.stack.create(pairs.main[0]), clock);
      });
    }

    describe("plain http to another machine", () => {
      /** The same fronts by an address that is not one of loopback. */
      const elsewhere = () =>
        Object.fromEntries(
          Object.entries({ ...inConfig("main"), ...here }).map(([key, value]) => [
            key,
            value.replaceAll("//127.0.0.1", "//0.0.0.0"),
          ]),
        );

      it("is refused before any call, with the way to allow it", async () => {
        await scene.stack.run(elsewhere());
        await assert.rejects(
          attach(),
          /http:\/\/0\.0\.0\.0:\d+ is not encrypted.+pulumi config set pulumi-cloud-attachments:allowPlainHttp true/,
        );
        assert.deepEqual(scene.simulator.journal, []);
      });

      it("is allowed by config or environment", async () => {
        await scene.stack.run({ ...elsewhere(), "pulumi-cloud-attachments:allowPlainHttp": "true" });
        const state = await attach();
        scene.machine.environment({ PULUMI_CLOUD_ATTACHMENTS_ALLOW_PLAIN_HTTP: "1" });
        await scene.stack.run(elsewhere());
        await detach(state);
      });
    });

    describe("changed between two runs", () => {
      it("the region: a replacement in preview, and the delete goes where the pair is", async () => {
        await scene.stack.run({ ...inConfig("main"), ...here });
        const state = await attach();
        scene.simulator.journal.length = 0;
        await scene.stack.run({ ...inConfig("main"), [vendor.regionKey]: "elsewhere-1" });
        assert.deepEqual((await scene.stack.diff(state, pairs.main[0])).replaces, ["region"]);
        assert.equal((await scene.stack.refresh(state))?.confirmed, true);
        await detach(state);
        for (const call of scene.simulator.journal) assert.equal(call.region ?? region, region);
      });

      it("the account: nothing is changed", async () => {
        await scene.stack.run({ ...inConfig("main"), ...here });
        const state = await attach();
        await scene.stack.run({ ...inConfig("other"), ...here });
        await refused(state, otherAccount);
      });
    });

    if (own) describe("of its own", () => own(scene));
  });
}
