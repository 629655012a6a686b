import assert from "node:assert/strict";
import { handler } from "../../../providers/core/provider/handler";
import { cvmSecurityGroupAttachment } from "../../../providers/tencentcloud/cvm/security-group-attachment";
import { type Reply, ScriptedServer } from "../../kit/scripted-server";

/** What of CVM matters here: a few instances, each busy for a while after a change of its groups. */
class Cvm {
  readonly groups = new Map<string, string[]>();
  readonly #busy = new Map<string, number>();

  /** @param looks - after a change, an instance is busy until it has been looked at this often. */
  constructor(
    readonly server: ScriptedServer,
    count: number,
    readonly looks: number,
  ) {
    for (let i = 0; i < count; i++) this.groups.set(`ins-${String(i).padStart(3, "0")}`, ["sg-default"]);
    server.on("GetCallerIdentity", answer({ AccountId: "100000000001" }));
    server.on("DescribeInstances", ({ text }) => {
      const InstanceSet = this.#describe(JSON.parse(text));
      return answer({ TotalCount: InstanceSet.length, InstanceSet });
    });
    server.on("AssociateSecurityGroups", ({ text }) => this.#associate(JSON.parse(text)));
  }

  /** An Error of the API for this call, or undefined to let it through. */
  refuse: (instanceIds: string[], group: string) => Reply | undefined = () => undefined;

  #describe({ InstanceIds, Limit }: { InstanceIds: string[]; Limit: number }): object[] {
    assert.ok(InstanceIds.length <= 100 && Limit === 100);
    return InstanceIds.filter((id) => this.groups.has(id)).map((id) => {
      const left = this.#busy.get(id) ?? 0;
      this.#busy.set(id, Math.max(0, left - 1));
      return {
        InstanceId: id,
        InstanceState: "RUNNING",
        SecurityGroupIds: this.groups.get(id),
        LatestOperation: "AssociateSecurityGroups",
        LatestOperationState: left > 0 ? "OPERATING" : "SUCCESS",
      };
    });
  }

  #associate(params: { InstanceIds: string[]; SecurityGroupIds: string[] }): Reply {
    const { InstanceIds, SecurityGroupIds } = params;
    assert.ok(InstanceIds.length <= 100 && SecurityGroupIds.length === 1);
    const [group = ""] = SecurityGroupIds;
    if (InstanceIds.some((id) => (this.#busy.get(id) ?? 0) > 0)) {
      return refusal("MutexOperation.TaskRunning", "Mutex task is running, please try later");
    }
    const refused = this.refuse(InstanceIds, group);
    if (refused) return refused;
    for (const id of InstanceIds) {
      this.groups.get(id)?.push(group);
      this.#busy.set(id, this.looks);
    }
    return answer({});
  }
}

const answer = (Response: object): Reply => ({ body: { Response: { RequestId: "R", ...Response } } });
const refusal = (Code: string, Message: string) => answer({ Error: { Code, Message } });

describe("Tencent Cloud batches", () => {
  let server: ScriptedServer;
  let region: string;
  let tests = 0;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    // What a process keeps (rates, ownership) it keeps by region.
    region = `ap-test-${++tests}`;
  });
  afterEach(() => server.stop());

  async function attachAll(
    pairs: { instanceId: string; securityGroupId: string }[],
  ): Promise<PromiseSettledResult<unknown>[]> {
    const config: Record<string, string> = {
      "tencentcloud:secretId": "id",
      "tencentcloud:secretKey": "key",
      "tencentcloud:endpoints": JSON.stringify({ cvm: server.url, sts: server.url }),
      "pulumi-cloud-attachments:requestsPerSecond": JSON.stringify({
        AssociateSecurityGroups: 1000,
        DescribeInstances: 1000,
      }),
    };
    const provider = handler(cvmSecurityGroupAttachment);
    const get = (key: string) => config[key];
    await provider.configure?.({ config: { get, require: get } } as never);
    return Promise.allSettled(
      pairs.map((pair) =>
        provider.create({ ...pair, region, ifAttached: "adopt", __timeouts: { create: 60 } }),
      ),
    );
  }

  const failures = (results: PromiseSettledResult<unknown>[]) =>
    results.flatMap((result) =>
      result.status === "rejected" ? [String((result.reason as Error).message)] : [],
    );

  it("attach many instances to a group in one call", async () => {
    const cvm = new Cvm(server, 100, 0);
    const results = await attachAll(
      [...cvm.groups.keys()].map((instanceId) => ({ instanceId, securityGroupId: "sg-1" })),
    );
    assert.deepEqual(failures(results), []);
    assert.ok([...cvm.groups.values()].every((groups) => groups.includes("sg-1")));
    assert.ok(
      server.all("AssociateSecurityGroups").length <= 2,
      `${server.all("AssociateSecurityGroups").length} writes`,
    );
    assert.ok(server.all("DescribeInstances").length <= 4, `${server.all("DescribeInstances").length} looks`);
  });

  it("never lose a group of an instance that is busy after each change", async () => {
    const cvm = new Cvm(server, 20, 2);
    const pairs = [...cvm.groups.keys()].flatMap((instanceId) =>
      ["sg-1", "sg-2", "sg-3"].map((securityGroupId) => ({ instanceId, securityGroupId })),
    );
    assert.deepEqual(failures(await attachAll(pairs)), []);
    for (const groups of cvm.groups.values())
      assert.deepEqual([...groups].sort(), ["sg-1", "sg-2", "sg-3", "sg-default"]);
    assert.ok(server.all("AssociateSecurityGroups").length < pairs.length);
  });

  it("let only the instance fail that an error names", async () => {
    const cvm = new Cvm(server, 30, 0);
    cvm.refuse = (ids) =>
      ids.includes("ins-007")
        ? refusal(
            "LimitExceeded.AssociateUSGLimitExceeded",
            "The instance `['ins-007']` has too many groups.",
          )
        : undefined;
    const results = await attachAll(
      [...cvm.groups.keys()].map((instanceId) => ({ instanceId, securityGroupId: "sg-1" })),
    );
    assert.equal(failures(results).length, 1);
    assert.match(
      failures(results)[0] ?? "",
      /ins-007.*LimitExceeded\.AssociateUSGLimitExceeded.*hint: an instance takes 5/s,
    );
    assert.equal([...cvm.groups.values()].filter((groups) => groups.includes("sg-1")).length, 29);
  });

  it("find the culprit by halves if an error names nobody", async () => {
    const cvm = new Cvm(server, 30, 0);
    cvm.refuse = (ids) =>
      ids.includes("ins-007") ? refusal("UnsupportedOperation", "not supported") : undefined;
    const results = await attachAll(
      [...cvm.groups.keys()].map((instanceId) => ({ instanceId, securityGroupId: "sg-1" })),
    );
    assert.equal(failures(results).length, 1);
    assert.equal([...cvm.groups.values()].filter((groups) => groups.includes("sg-1")).length, 29);
    assert.ok(
      server.all("AssociateSecurityGroups").length <= 12,
      `${server.all("AssociateSecurityGroups").length} writes`,
    );
  });
});
