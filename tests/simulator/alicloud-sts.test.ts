import assert from "node:assert/strict";
import { simulatorForEachTest } from "../kit/simulator";
import { type CallOptions, call, type Key, mainKey, otherKey, refusal } from "./alicloud-client";

const [mine, theirs] = ["acs:ram::1000000000000001:role/deployer", "acs:ram::1000000000000002:role/deployer"];

describe("Alibaba Cloud STS", () => {
  const simulator = simulatorForEachTest();

  const whoAmI = (options: CallOptions = {}) => call(simulator, "sts", "GetCallerIdentity", {}, options);
  const assume = async (parameters: Record<string, unknown>, options: CallOptions = {}): Promise<Key> => {
    const body = await call(
      simulator,
      "sts",
      "AssumeRole",
      { RoleSessionName: "test", ...parameters },
      options,
    );
    const { AccessKeyId, AccessKeySecret, SecurityToken } = body.Credentials as Record<string, string>;
    return {
      accessKeyId: AccessKeyId ?? "",
      accessKeySecret: AccessKeySecret ?? "",
      securityToken: SecurityToken ?? "",
    };
  };

  it("says who calls", async () => {
    const body = await whoAmI();
    assert.equal(body.AccountId, "1000000000000001");
    assert.equal(body.IdentityType, "RAMUser");
    assert.equal(body.Arn, "acs:ram::1000000000000001:user/pulumi");
    assert.equal((await whoAmI({ key: otherKey })).AccountId, "1000000000000002");
  });

  for (const signatureAlgorithm of [undefined, "v2"] as const) {
    it(`gives credentials of a role of another account (${signatureAlgorithm ?? "ACS3"})`, async () => {
      const options = signatureAlgorithm ? { signatureAlgorithm } : {};
      const key = await assume({ RoleArn: theirs, ExternalId: "simulator-external-id" }, options);
      const body = await whoAmI({ key, ...options });
      assert.equal(body.AccountId, "1000000000000002");
      assert.equal(body.Arn, "acs:ram::1000000000000002:assumed-role/deployer/test");
    });
  }

  it("lets in whom the trust policy lets in", async () => {
    assert.equal(await refusal(assume({ RoleArn: theirs })), "403 NoPermission");
    assert.equal(await refusal(assume({ RoleArn: theirs, ExternalId: "guess" })), "403 NoPermission");
    const role = simulator.world.alicloud.roles[mine ?? ""];
    assert.ok(role);
    role.trustedAccountIds = ["1000000000000001"];
    assert.equal(await refusal(assume({ RoleArn: mine }, { key: otherKey })), "403 NoPermission");
    await assume({ RoleArn: mine }, { key: mainKey });
  });

  it("refuses wrong parameters", async () => {
    assert.equal(await refusal(assume({ RoleArn: `${mine}-gone` })), "404 EntityNotExist.Role");
    assert.equal(await refusal(assume({ RoleArn: "deployer" })), "400 InvalidParameter.RoleArn");
    assert.equal(
      await refusal(assume({ RoleArn: mine, RoleSessionName: "a b" })),
      "400 InvalidParameter.RoleSessionName",
    );
    for (const DurationSeconds of [899, 3601]) {
      assert.equal(
        await refusal(assume({ RoleArn: mine, DurationSeconds })),
        "400 InvalidParameter.DurationSeconds",
      );
    }
  });

  it("refuses temporary credentials without their token, with another's, and once expired", async () => {
    const key = await assume({ RoleArn: mine });
    const another = await assume({ RoleArn: mine });
    const { securityToken, ...without } = key;
    assert.ok(securityToken);
    assert.equal(await refusal(whoAmI({ key: without })), "400 MissingSecurityToken");
    const mixed = { ...key, securityToken: another.securityToken ?? "" };
    assert.equal(await refusal(whoAmI({ key: mixed })), "400 InvalidSecurityToken.MismatchWithAccessKey");
    await whoAmI({ key });
    const session = simulator.world.alicloud.sessions[key.accessKeyId];
    assert.ok(session);
    session.expiration = new Date(Date.now() - 1000).toISOString();
    assert.equal(await refusal(whoAmI({ key })), "400 InvalidSecurityToken.Expired");
    await whoAmI({ key: another });
  });

  it("gives credentials that live as long as the variant says", async () => {
    simulator.setFaults({ variants: { "sts.sessionSeconds": "0" } });
    const key = await assume({ RoleArn: mine });
    assert.equal(await refusal(whoAmI({ key })), "400 InvalidSecurityToken.Expired");
  });
});
