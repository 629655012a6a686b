import assert from "node:assert/strict";
import { securityGroupAttachment } from "../../providers/huaweicloud/ecs/security-group-attachment";
import { sign } from "../../providers/huaweicloud/signer";
import type { Stage } from "../contract/stage";
import { contract } from "../contract/suite";
import { huaweicloudConfig, signed } from "../kit/clouds";
import { Deployment } from "../kit/deployment";
import { skip } from "../kit/skip";
import { type Gateway, startGateway } from "./gateway";
import { Nova, type OpenRc, openRc } from "./nova";
import { stageOn, trueServer } from "./stage";

const FRONT = "huaweicloud.ecs";

describe("huaweicloud: access keys before a true OpenStack", function () {
  this.timeout(60_000);
  let rc: OpenRc;
  let gateway: Gateway;

  before(async function () {
    rc = openRc(this);
    if (rc.other_users === undefined)
      skip(this, "this cloud is not ours: its users' passwords are not known");
    gateway = await startGateway(rc);
  });
  after(() => gateway?.stop());

  const config: Stage["config"] = (account = "main") =>
    huaweicloudConfig(gateway, "huaweicloud", signed, account);

  /** With faults and a count of calls, which the gateway can do. */
  async function stage(): Promise<Stage> {
    const plain = stageOn(rc, config);
    return {
      ...plain,
      journal: () => gateway.journal.filter(({ front }) => front === FRONT),
      fail: (...rules) => gateway.setFaults(rules.map((rule) => ({ front: FRONT, ...rule }))),
      async begin() {
        gateway.setFaults([]);
        await plain.begin();
        gateway.journal.length = 0;
      },
    };
  }
  contract(trueServer(securityGroupAttachment, () => rc, stage, {}, "access key, true Nova"));

  describe("the gateway", () => {
    const body = () =>
      JSON.stringify({ addSecurityGroup: { name: Object.values(rc.security_groups)[0] as string } });

    /** A signed request to the true Nova; `sent` goes over the wire in place of the body that was signed. */
    async function add(secret: string, sent?: string) {
      const url = new URL(`/v2.1/servers/${rc.servers["one-nic"]}/action`, gateway.endpoints.huaweicloud.ecs);
      const [projectId = ""] = Object.keys(gateway.world.huaweicloud.projects);
      const request = { method: "POST", url, headers: {}, body: body() } as const;
      const headers = sign(request, { access: "simulator-main-key", secret }, projectId, new Date());
      const reply = await fetch(url, { method: "POST", headers, body: sent ?? request.body });
      const text = await reply.text();
      return {
        status: reply.status,
        code: text === "" ? undefined : (JSON.parse(text) as { error_code?: string }).error_code,
      };
    }

    const groupsNow = async () => new Nova(rc).groups(rc.servers["one-nic"] as string);

    beforeEach(async () => (await stage()).begin());
    after(async () => (gateway ? (await stage()).begin() : undefined));

    it("lets through what is signed, and the true Nova does it", async () => {
      const groups = await groupsNow();
      assert.deepEqual(await add("simulator-main-secret"), { status: 202, code: undefined });
      assert.equal((await groupsNow()).length, groups.length + 1);
    });

    it("refuses another key's signature, and a body that was changed after it was signed", async () => {
      const groups = await groupsNow();
      for (const attempt of [add("not-the-secret"), add("simulator-main-secret", `${body()} `)]) {
        assert.deepEqual(await attempt, { status: 401, code: "APIGW.0301" });
      }
      assert.deepEqual(await groupsNow(), groups);
    });
  });

  it("a group given by name is looked up in the true Neutron", async () => {
    const [[name, id] = []] = Object.entries(rc.security_groups);
    const instanceId = rc.servers["one-nic"];
    const deployment = await Deployment.of(securityGroupAttachment, config());
    const made = await deployment.create({ instanceId, securityGroupName: name });
    assert.equal(made.id, `${instanceId}/${id}`);
    await deployment.destroy(made);
    assert.ok(!(await new Nova(rc).groups(instanceId as string)).includes(id as string));
    assert.ok(gateway.journal.some(({ front, outcome }) => front === "huaweicloud.vpc" && outcome === "ok"));
  });
});
