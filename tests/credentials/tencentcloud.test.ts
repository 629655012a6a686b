import assert from "node:assert/strict";
import { cvmSecurityGroupAttachment } from "../../providers/tencentcloud/cvm/security-group-attachment";
import { onMembers } from "../kit/attached";
import { credentials } from "./rules";
import type { Account, Vendor } from "./vendor";

const instance = { instanceId: "ins-web00001" };
const keys: Record<Account, [string, string]> = {
  main: ["simulator-main-id", "simulator-main-key"],
  other: ["simulator-other-id", "simulator-other-key"],
};

const vendor: Vendor = {
  association: cvmSecurityGroupAttachment,
  attach: "AssociateSecurityGroups",
  region: "ap-guangzhou",
  accounts: { main: "100000000001", other: "100000000002" },
  pairs: {
    main: [
      { ...instance, securityGroupId: "sg-app00001" },
      { ...instance, securityGroupId: "sg-app00002" },
      { ...instance, securityGroupId: "sg-app00003" },
    ],
    other: [{ instanceId: "ins-other001", securityGroupId: "sg-other001" }],
  },
  attached: ({ tencentcloud }) => onMembers(tencentcloud.instances, "#"),
  where: ({ endpoints: { tencentcloud } }) => ({
    "tencentcloud:endpoints": JSON.stringify({ cvm: tencentcloud.cvm, sts: tencentcloud.sts }),
  }),
  inConfig(simulator, account) {
    const [secretId, secretKey] = keys[account];
    return {
      ...this.where(simulator),
      "tencentcloud:secretId": secretId,
      "tencentcloud:secretKey": secretKey,
    };
  },
  inEnvironment(_simulator, account) {
    const [id, key] = keys[account];
    return { TENCENTCLOUD_SECRET_ID: id, TENCENTCLOUD_SECRET_KEY: key };
  },
  regionKey: "tencentcloud:region",
  regionVariable: "TENCENTCLOUD_REGION",
  profiles(machine, _simulator, profiles) {
    machine.remove(".tccli");
    for (const [name, account] of Object.entries(profiles)) {
      const [secretId, secretKey] = keys[account];
      machine.file(`.tccli/${name}.credential`, { secretId, secretKey });
      machine.file(`.tccli/${name}.configure`, { _sys_param: { region: this.region } });
    }
  },
  profileKey: "tencentcloud:profile",
  profileVariable: "TENCENTCLOUD_PROFILE",
  noProfile: (name) => new RegExp(`there is no ${name}\\.credential in .+/\\.tccli; run: tccli configure`),
  role: { roleArn: "qcs::cam::uin/100000000001:roleName/deployer", action: "AssumeRole" },
  guardedRole: {
    roleArn: "qcs::cam::uin/100000000002:roleName/deployer",
    externalId: "simulator-external-id",
    refusal: /UnauthorizedOperation: you are not authorized.+AssumeRole.+roleName\/deployer/,
  },
  expire({ tencentcloud }) {
    for (const key of Object.values(tencentcloud.secretIds)) if (key.token) key.expiresAt = 0;
  },
  clock: /AuthFailure\.SignatureExpire: .+hint: the clock of this machine is wrong/,
};

credentials(vendor, (scene) => {
  const login = (account: Account) => ({
    ...vendor.inConfig(scene.simulator, account),
    "tencentcloud:region": vendor.region,
  });
  const { main, other } = vendor.accounts;
  const roleArn = vendor.role?.roleArn ?? "";

  it("a role in config or environment, or in a profile of the CLI", async () => {
    await scene.stack.run({ ...login("other"), "tencentcloud:assumeRole": JSON.stringify({ roleArn }) });
    const state = await scene.attach();
    assert.equal(state.outs.connection, undefined);
    scene.machine.environment({ TENCENTCLOUD_ASSUME_ROLE_ARN: roleArn });
    await scene.stack.run(login("other"));
    await scene.detach(state);

    const [secretId, secretKey] = keys.other;
    scene.machine.environment({});
    scene.machine.file(".tccli/deployer.credential", { secretId, secretKey, "role-arn": roleArn });
    await scene.stack.run({ ...vendor.where(scene.simulator), "tencentcloud:region": vendor.region });
    await scene.detach(await scene.attach("main", { connection: { profile: "deployer" } }));
  });

  it("the file that the SDKs share", async () => {
    const [secretId, secretKey] = keys.main;
    scene.machine.file(
      ".tencentcloud/credentials",
      `[default]\nsecret_id = ${secretId}\nsecret_key = ${secretKey}\n`,
    );
    await scene.stack.run({ ...vendor.where(scene.simulator), "tencentcloud:region": vendor.region });
    await scene.detach(await scene.attach());
  });

  it("allowedAccountIds lets in those, forbiddenAccountIds keeps these out, whatever is to be done", async () => {
    const allow = (key: string, ...ids: string[]) => ({
      [`tencentcloud:${key}AccountIds`]: JSON.stringify(ids),
    });
    await scene.stack.run({ ...login("main"), ...allow("allowed", main), ...allow("forbidden", other) });
    const state = await scene.attach();
    for (const [lists, sentence] of [
      [allow("allowed", other), `account ${main}, which tencentcloud:allowedAccountIds does not list`],
      [allow("forbidden", other, main), `account ${main}, which tencentcloud:forbiddenAccountIds lists`],
    ] as const) {
      await scene.stack.run({ ...login("main"), ...lists });
      const refusal = (error: Error) => error.message.includes(sentence);
      await assert.rejects(scene.stack.refresh(state), refusal);
      await assert.rejects(scene.stack.destroy(state), refusal);
      await assert.rejects(scene.stack.create({ ...vendor.pairs.main[1] }), refusal);
    }
    assert.deepEqual(scene.attached(), [state.id]);
  });

  it("allowedAccountIds means the account of the role, not of who assumes it", async () => {
    const allowed = { "tencentcloud:allowedAccountIds": JSON.stringify([main]) };
    await scene.stack.run({ ...login("other"), ...allowed });
    await scene.detach(await scene.attach("main", { connection: { assumeRole: { roleArn } } }));
  });
});
