import assert from "node:assert/strict";
import { securityGroupAttachment } from "../../providers/huaweicloud/ecs/security-group-attachment";
import { uuid } from "../contract/servers";
import { onServers } from "../kit/attached";
import { credentials } from "./rules";
import type { Account, Vendor } from "./vendor";

const keys: Record<Account, [string, string]> = {
  main: ["simulator-main-key", "simulator-main-secret"],
  other: ["simulator-other-key", "simulator-other-secret"],
};

const vendor: Vendor = {
  association: securityGroupAttachment,
  attach: "addSecurityGroup",
  region: "cn-north-4",
  accounts: { main: "11".padStart(32, "0"), other: "12".padStart(32, "0") },
  pairs: {
    main: [
      { instanceId: uuid(1, 1), securityGroupId: uuid(2, 101) },
      { instanceId: uuid(1, 1), securityGroupId: uuid(2, 102) },
      { instanceId: uuid(1, 2), securityGroupId: uuid(2, 101) },
    ],
    other: [{ instanceId: uuid(1, 201), securityGroupId: uuid(2, 211) }],
  },
  attached: ({ huaweicloud }) => onServers(huaweicloud),
  where({ endpoints: { huaweicloud } }) {
    const { ecs, iam, vpc } = huaweicloud;
    return { "huaweicloud:endpoints": JSON.stringify({ ecs, iam, vpc }) };
  },
  inConfig(simulator, account) {
    const [accessKey, secretKey] = keys[account];
    return {
      ...this.where(simulator),
      "huaweicloud:accessKey": accessKey,
      "huaweicloud:secretKey": secretKey,
    };
  },
  inEnvironment(_simulator, account) {
    const [access, secret] = keys[account];
    return { HW_ACCESS_KEY: access, HW_SECRET_KEY: secret };
  },
  regionKey: "huaweicloud:region",
  regionVariable: "HW_REGION_NAME",
  profiles(machine, _simulator, profiles) {
    const all = Object.entries(profiles).map(([name, account]) => {
      const [accessKeyId, secretAccessKey] = keys[account];
      return { name, accessKeyId, secretAccessKey, region: this.region };
    });
    machine.file(".hcloud/config.json", { current: all[0]?.name, profiles: all });
  },
  profileKey: "huaweicloud:profile",
  profileVariable: "HW_PROFILE",
  noProfile: (name) => new RegExp(`profile "${name}" is not in .+/\\.hcloud/config\\.json: it has `),
  role: { roleArn: "simulator-main/deployer", action: "CreateTemporaryAccessKey" },
  expire({ huaweicloud }) {
    for (const key of Object.values(huaweicloud.accessKeys)) if (key.securityToken) key.expiresAt = 0;
  },
  clock: /APIGW\.0301: .+hint: check the access key, its secret and the clock/,
};

credentials(vendor, (scene) => {
  const login = (account: Account) => ({
    ...vendor.inConfig(scene.simulator, account),
    "huaweicloud:region": vendor.region,
  });

  it("a user with a password, by token", async () => {
    await scene.stack.run({
      ...vendor.where(scene.simulator),
      "huaweicloud:userName": "pulumi",
      "huaweicloud:password": "simulator-password",
      "huaweicloud:domainName": "simulator-main",
      "huaweicloud:region": vendor.region,
    });
    await scene.detach(await scene.attach());
  });

  it("an agency in config, environment or the CLI's profile", async () => {
    const assumeRole = JSON.stringify({ agencyName: "deployer", domainName: "simulator-main" });
    await scene.stack.run({ ...login("other"), "huaweicloud:assumeRole": assumeRole });
    const state = await scene.attach();
    assert.equal(state.outs.connection, undefined);
    scene.machine.environment({
      HW_ASSUME_ROLE_AGENCY_NAME: "deployer",
      HW_ASSUME_ROLE_DOMAIN_NAME: "simulator-main",
    });
    await scene.stack.run(login("other"));
    await scene.detach(state);

    const [accessKeyId, secretAccessKey] = keys.other;
    const profile = { name: "ops", accessKeyId, secretAccessKey, region: vendor.region };
    scene.machine.environment({});
    scene.machine.file(".hcloud/config.json", {
      current: "ops",
      profiles: [{ ...profile, agencyName: "deployer", agencyDomainName: "simulator-main" }],
    });
    await scene.stack.run(vendor.where(scene.simulator));
    await scene.detach(await scene.attach());
  });

  it("an agency has no external id, and says so", async () => {
    await scene.stack.run(login("other"));
    const assumeRole = { roleArn: vendor.role?.roleArn, externalId: "x" };
    await assert.rejects(
      scene.attach("main", { connection: { assumeRole } }),
      /externalId: an agency has none/,
    );
  });

  it("another project configured between two runs: the delete goes where the pair is", async () => {
    await scene.stack.run(login("main"));
    const state = await scene.attach();
    await scene.stack.run({
      ...login("main"),
      "huaweicloud:region": "cn-east-3",
      "huaweicloud:projectId": "13".padStart(32, "0"),
    });
    await scene.detach(state);
  });

  it("the variables of a private OpenStack do not mix in", async () => {
    const { authUrl = "" } = scene.simulator.endpoints.openstack;
    scene.machine.environment({
      ...vendor.inEnvironment(scene.simulator, "main"),
      OS_AUTH_URL: authUrl,
      OS_PROJECT_NAME: "demo",
      OS_REGION_NAME: "RegionOne",
      HW_REGION_NAME: vendor.region,
    });
    await scene.stack.run(vendor.where(scene.simulator));
    await scene.detach(await scene.attach());
  });
});
