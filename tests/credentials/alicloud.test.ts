import assert from "node:assert/strict";
import { ecsSecurityGroupAttachment } from "../../providers/alicloud/ecs/security-group-attachment";
import { onMembers } from "../kit/attached";
import { credentials } from "./rules";
import type { Account, Vendor } from "./vendor";

const instance = { instanceId: "i-bp1web01" };
const keys: Record<Account, [string, string]> = {
  main: ["simulator-main-key", "simulator-main-secret"],
  other: ["simulator-other-key", "simulator-other-secret"],
};

const vendor: Vendor = {
  association: ecsSecurityGroupAttachment,
  attach: "JoinSecurityGroup",
  region: "cn-hangzhou",
  accounts: { main: "1000000000000001", other: "1000000000000002" },
  pairs: {
    main: [
      { ...instance, securityGroupId: "sg-bp1app01" },
      { ...instance, securityGroupId: "sg-bp1app02" },
      { ...instance, securityGroupId: "sg-bp1app03" },
    ],
    other: [{ instanceId: "i-bp1other", securityGroupId: "sg-bp1otherapp" }],
  },
  attached: ({ alicloud }) => onMembers(alicloud.instances, ":"),
  where: ({ endpoints: { alicloud } }) => ({
    "alicloud:endpoints": JSON.stringify([{ ecs: alicloud.ecs, sts: alicloud.sts }]),
  }),
  inConfig(simulator, account) {
    const [accessKey, secretKey] = keys[account];
    return { ...this.where(simulator), "alicloud:accessKey": accessKey, "alicloud:secretKey": secretKey };
  },
  inEnvironment({ endpoints: { alicloud } }, account) {
    const [id, secret] = keys[account];
    const { ecs = "", sts = "" } = alicloud;
    return { ALICLOUD_ACCESS_KEY: id, ALICLOUD_SECRET_KEY: secret, ECS_ENDPOINT: ecs, STS_ENDPOINT: sts };
  },
  regionKey: "alicloud:region",
  regionVariable: "ALICLOUD_REGION",
  profiles(machine, _simulator, profiles) {
    const all = Object.entries(profiles).map(([name, account]) => {
      const [access_key_id, access_key_secret] = keys[account];
      return { name, mode: "AK", access_key_id, access_key_secret, region_id: this.region };
    });
    machine.file(".aliyun/config.json", { current: all[0]?.name, profiles: all });
  },
  profileKey: "alicloud:profile",
  profileVariable: "ALIBABA_CLOUD_PROFILE",
  noProfile: (name) => new RegExp(`there is no profile "${name}" in .+\\.aliyun/config\\.json`),
  role: { roleArn: "acs:ram::1000000000000001:role/deployer", action: "AssumeRole" },
  guardedRole: {
    roleArn: "acs:ram::1000000000000002:role/deployer",
    externalId: "simulator-external-id",
    refusal: /NoPermission: You are not authorized.+AssumeRole/,
  },
  expire({ alicloud }) {
    for (const session of Object.values(alicloud.sessions)) session.expiration = "2000-01-01T00:00:00Z";
  },
  clock: /InvalidTimeStamp\.Expired: .+hint: the clock of this machine is wrong/,
};

credentials(vendor, (scene) => {
  const login = () => vendor.inConfig(scene.simulator, "main");

  it("a role in config or environment", async () => {
    const others = { ...vendor.inConfig(scene.simulator, "other"), "alicloud:region": vendor.region };
    const roleArn = vendor.role?.roleArn ?? "";
    await scene.stack.run({ ...others, "alicloud:assumeRole": JSON.stringify([{ roleArn }]) });
    const state = await scene.attach();
    assert.equal(state.outs.connection, undefined);
    scene.machine.environment({ ALIBABA_CLOUD_ROLE_ARN: roleArn });
    await scene.stack.run(others);
    await scene.detach(state);
  });

  type Strings = Record<string, string>;
  const ways: Record<string, (ecs: string, sts: string) => { config?: Strings; env?: Strings }> = {
    "config, an object": (ecs, sts) => ({ config: { "alicloud:endpoints": JSON.stringify({ ecs, sts }) } }),
    "config, hosts, and a protocol": (ecs, sts) => ({
      config: {
        "alicloud:endpoints": JSON.stringify([{ ecs: new URL(ecs).host }, { sts: new URL(sts).host }]),
        "alicloud:protocol": "HTTP",
      },
    }),
    "environment ALIBABA_CLOUD_ENDPOINT_*": (ecs, sts) => ({
      env: { ALIBABA_CLOUD_ENDPOINT_ECS: ecs, ALIBABA_CLOUD_ENDPOINT_STS: sts },
    }),
    "config before environment": (ecs, sts) => ({
      config: { "alicloud:endpoints": JSON.stringify([{ ecs, sts }]) },
      env: { ECS_ENDPOINT: "https://ecs.invalid", ALIBABA_CLOUD_ENDPOINT_STS: "https://sts.invalid" },
    }),
  };
  for (const [name, way] of Object.entries(ways)) {
    it(`endpoints: ${name}`, async () => {
      const { ecs = "", sts = "" } = scene.simulator.endpoints.alicloud;
      const { config, env = {} } = way(ecs, sts);
      const { "alicloud:endpoints": _, ...keys } = login();
      scene.machine.environment(env);
      await scene.stack.run({ ...keys, ...config, "alicloud:region": vendor.region });
      await scene.detach(await scene.attach());
    });
  }
});
