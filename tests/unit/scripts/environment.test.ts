import assert from "node:assert/strict";
import { associations } from "../../../providers/associations";

describe("scripts/environment.mjs", () => {
  const cloud = {
    OS_AUTH_URL: "https://cloud",
    HW_ACCESS_KEY: "k",
    ALICLOUD_ACCESS_KEY: "k",
    ALIBABA_CLOUD_ACCESS_KEY_ID: "k",
    TENCENTCLOUD_SECRET_ID: "k",
    AWS_ACCESS_KEY_ID: "k",
    ECS_ENDPOINT: "ecs.cloud",
    CLIENT_READ_TIMEOUT: "1",
    TCCLI_PROFILE: "work",
    XDG_CONFIG_HOME: "/home/me/.config",
    PULUMI_ACCESS_TOKEN: "t",
  };
  const other = { PATH: "/bin", HOME: "/home/me", PULUMI_CLOUD_ATTACHMENTS_CACHE: "/c", ECS_CONTAINER: "1" };

  it("drops whatever names a real cloud or a Pulumi backend, and nothing else", async () => {
    const { cleanEnvironment } = await import("../../../scripts/environment.mjs");
    assert.deepEqual(cleanEnvironment({ ...cloud, ...other }), other);
  });

  it("drops every variable in the clouds' tables of settings", async () => {
    const { cleanEnvironment } = await import("../../../scripts/environment.mjs");
    const clouds = new Set(Object.values(associations).map(({ cloud }) => cloud));
    const names = [...clouds].flatMap(({ settings }) => Object.values(settings).flatMap(({ env }) => env));
    assert.ok(names.length > 50);
    assert.deepEqual(cleanEnvironment(Object.fromEntries(names.map((name) => [name, "x"]))), {});
  });

  it("keeps all of it with REMOTE=1", async () => {
    const { cleanEnvironment } = await import("../../../scripts/environment.mjs");
    const remote = { ...cloud, ...other, REMOTE: "1" };
    assert.deepEqual(cleanEnvironment(remote), remote);
  });

  it("puts the CLI first on PATH, under whatever name the variable has", async () => {
    const { withPulumi } = await import("../../../scripts/environment.mjs");
    const { delimiter } = await import("node:path");
    assert.deepEqual(withPulumi({ Path: "/bin" }, { folder: "/cli" }), { Path: `/cli${delimiter}/bin` });
    assert.deepEqual(withPulumi({ PATH: "/bin" }, { folder: undefined }), { PATH: "/bin" });
  });
});
