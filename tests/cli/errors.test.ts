import assert from "node:assert/strict";
import type { FaultRule, Simulator } from "../../simulator/index";
import { reach } from "../kit/clouds";
import { during } from "../kit/journal";
import { program } from "../kit/programs";
import {
  inProject,
  type ProjectOptions,
  type PulumiProject,
  type Run,
  succeeded,
} from "../kit/pulumi-project";

const BRIEF = '{ customTimeouts: { create: "3s", update: "3s", delete: "3s" } }';
const KEPT = `new VServerGroupAttachment("kept", web(1), ${BRIEF});`;
const MORE = `new VServerGroupAttachment("more", web(2), ${BRIEF});`;

/** What is wrong, and what the user must read about it on up, refresh and destroy. */
interface Trouble {
  env?: Record<string, string>;
  fault?: FaultRule;
  /** Every error holds this. */
  says: RegExp;
  /** Where up, which attaches, says something else than refresh and destroy. */
  upSays?: RegExp;
  /** The check of an up tells it already, as a preview does. */
  isOffline?: boolean;
}

const ATTACHING =
  /^attaching VServer group rsp-bp1web02 of lb-bp1web on port 80 to scaling group asg-bp1web \(cn-hangzhou\): .*$/;

const troubles: Record<string, Trouble> = {
  "a wrong secret": {
    env: { ALICLOUD_SECRET_KEY: "not-the-secret" },
    says: /SignatureDoesNotMatch: .*request [\w-]+; .*hint: check alicloud:accessKey and alicloud:secretKey/,
  },
  "a key that does not exist": {
    env: { ALICLOUD_ACCESS_KEY: "simulator-no-key" },
    says: /InvalidAccessKeyId\.NotFound: /,
  },
  "a key without its secret": {
    env: { ALICLOUD_SECRET_KEY: "" },
    isOffline: true,
    says: /alicloud:accessKey is set \(in config or environment\) but alicloud:secretKey is not/,
  },
  "the key of another account": {
    env: { ALICLOUD_ACCESS_KEY: "simulator-other-key", ALICLOUD_SECRET_KEY: "simulator-other-secret" },
    says: /the credentials are of Alibaba Cloud account 1000000000000002, the attachment is in account 1000000000000001; nothing was changed \(hint: /,
    upSays:
      /scaling group asg-bp1web does not exist in cn-hangzhou of Alibaba Cloud account 1000000000000002 \(hint: /,
  },
  "an endpoint where nothing answers": {
    env: { ALIBABA_CLOUD_ENDPOINT_ESS: "http://127.0.0.1:1" },
    says: /the deadline of 3 s passed; last answer: ECONNREFUSED: 127\.0\.0\.1:1 could not be reached.*hint: nothing answers at this endpoint/,
  },
  "plain http to another machine": {
    env: { ALIBABA_CLOUD_ENDPOINT_ESS: "http://ess.example.test" },
    isOffline: true,
    says: /http:\/\/ess\.example\.test is not encrypted, and credentials would travel in the clear; use https, or allow it with: /,
  },
  "a proxy's page instead of the API": {
    fault: { kind: "http", status: 200, front: "alicloud.ess" },
    says: /UnreadableAnswer: \S+ answered HTTP 200 without a JSON object in its body.*hint: what answered is not this API/,
  },
};

describe("an error is one clear line, and nothing is changed:", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  // Endpoints in the environment: refresh and destroy take the config of the last up.
  const inEnvironment = ({ endpoints }: Simulator): ProjectOptions => ({
    clouds: {
      config: {},
      env: {
        ...reach({ endpoints }).env,
        ALIBABA_CLOUD_ENDPOINT_ESS: endpoints.alicloud.ess ?? "",
        ALIBABA_CLOUD_ENDPOINT_STS: endpoints.alicloud.sts ?? "",
      },
    },
  });
  inProject(
    async (made) => {
      ({ simulator, project } = made);
      project.write(program(KEPT));
      succeeded(await project.up());
    },
    { project: inEnvironment },
  );

  /** Errors about resources of ours. */
  function ours(run: Run): string[] {
    assert.notEqual(run.code, 0, run.output);
    assert.doesNotMatch(run.output, /\n\s+at /);
    return run.problems.filter((problem) => problem !== "update failed");
  }

  async function recorded() {
    return (await project.attachments()).map(({ urn, id, inputs, outputs }) => ({
      urn,
      id,
      inputs,
      outputs,
    }));
  }

  async function unchanged<T>(work: () => Promise<T>): Promise<T> {
    const before = await recorded();
    const { result, writes } = await during(simulator, work);
    assert.deepEqual(
      writes.filter(({ done }) => done),
      [],
    );
    assert.deepEqual(await recorded(), before);
    return result;
  }

  for (const [what, trouble] of Object.entries(troubles)) {
    describe(what, () => {
      let env: Record<string, string>;

      before(() => {
        env = { ...project.env };
        Object.assign(project.env, trouble.env);
        simulator.setFaults({ rules: trouble.fault ? [trouble.fault] : [] });
      });

      after(() => {
        Object.assign(project.env, env);
        simulator.setFaults({});
      });

      it("on up", async () => {
        project.write(program(KEPT, MORE));
        const errors = ours(await unchanged(() => project.up()));
        const told = trouble.isOffline ? /resource '(kept|more)' has a problem: .*$/ : ATTACHING;
        // A check that fails ends the update: whether the engine gets to the second one is its own matter.
        assert.ok(errors.length === 1 || (trouble.isOffline && errors.length === 2), errors.join("\n"));
        for (const error of errors) {
          assert.match(error, told);
          assert.match(error, trouble.upSays ?? trouble.says);
        }
      });

      it("on refresh", async () => {
        const errors = ours(await unchanged(() => project.refresh()));
        assert.equal(errors.length, 1);
        assert.match(
          errors[0] ?? "",
          /^reading VServer group rsp-bp1web01 .* scaling group asg-bp1web \(cn-hangzhou\): .*$/,
        );
        assert.match(errors[0] ?? "", trouble.says);
      });

      it("on destroy", async () => {
        const errors = ours(await unchanged(() => project.destroy()));
        assert.equal(errors.length, 1);
        assert.match(
          errors[0] ?? "",
          /^detaching VServer group rsp-bp1web01 .* from scaling group asg-bp1web \(cn-hangzhou\): .*$/,
        );
        assert.match(errors[0] ?? "", trouble.says);
      });
    });
  }

  describe("a wrong region", () => {
    after(() => {
      project.env.ALICLOUD_REGION = "cn-hangzhou";
    });

    it("is a replacement that fails before anything is written", async () => {
      project.write(program(KEPT));
      for (const [region, says] of [
        ["cn-mars", /InvalidRegionId\.NotFound/],
        [
          "cn-beijing",
          /scaling group asg-bp1web does not exist in cn-beijing of Alibaba Cloud account 1000000000000001/,
        ],
      ] as const) {
        project.env.ALICLOUD_REGION = region;
        assert.match((await project.preview("--diff")).output, /region/);
        const errors = ours(await unchanged(() => project.up()));
        assert.equal(errors.length, 1);
        assert.match(errors[0] ?? "", says);
      }
    });

    it("does not matter to refresh: the pair is looked for where it is", async () => {
      succeeded(await project.refresh());
      assert.equal((await project.attachments()).length, 1);
    });
  });

  it("a right that is missing", async () => {
    const { ALICLOUD_ACCESS_KEY = "", ALICLOUD_SECRET_KEY = "" } = project.env;
    Object.assign(project.env, {
      ALICLOUD_ACCESS_KEY: "simulator-reader-key",
      ALICLOUD_SECRET_KEY: "simulator-reader-secret",
    });
    try {
      succeeded(await project.refresh());
      project.write(program(KEPT, MORE));
      for (const command of [() => project.up(), () => project.destroy()]) {
        const errors = ours(await unchanged(command));
        assert.equal(errors.length, 1);
        assert.match(errors[0] ?? "", /Forbidden\.\w+: .*hint: .*AliyunESSFullAccess/);
      }
    } finally {
      Object.assign(project.env, { ALICLOUD_ACCESS_KEY, ALICLOUD_SECRET_KEY });
    }
  });

  it("wrong arguments, each at its property, in preview and up", async () => {
    project.write(
      program(
        KEPT,
        'new VServerGroupAttachment("more", web(2, { port: 0, weight: 101, vserverGroupId: "rsp 1", Weight: 1 }));',
      ),
    );
    for (const command of [() => project.preview(), () => project.up()]) {
      const errors = ours(await unchanged(command));
      const at = errors.map((error) => / property (\w+) value \{.*\} has a problem: /.exec(error)?.[1]);
      assert.deepEqual(at.sort(), ["Weight", "port", "vserverGroupId", "weight"]);
    }
  });

  it("an argument that is missing", async () => {
    project.write(
      program(KEPT, 'new VServerGroupAttachment("more", { scalingGroupId: "asg-bp1web", port: 80 });'),
    );
    const errors = ours(await unchanged(() => project.up()));
    assert.match(errors.join("\n"), /loadBalancerId is required/);
    assert.match(errors.join("\n"), /vserverGroupId is required/);
  });
});
