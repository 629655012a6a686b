import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The name of a variable in a string; of one that is put together, its beginning. */
const VARIABLE = /["'`]([A-Z][A-Z\d]*_[A-Z\d_]*)(?=["'`]|\$\{)/g;

/** Ends of names that are put together: HW_ASSUME_ROLE_DOMAIN_ID. */
const ends = /^(DOMAIN_(ID|NAME)|AGENCY_NAME)$/;

/** The text of each source file of the clouds. */
function sources(folder = resolve(__dirname, "../../../providers")): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (/^(core|dist|node_modules)$/.test(entry.name)) return [];
    const file = join(folder, entry.name);
    if (entry.isDirectory()) return sources(file);
    return entry.name.endsWith(".ts") ? [readFileSync(file, "utf8")] : [];
  });
}

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

  it("drops every variable that the clouds' code names, whatever clouds there are", async () => {
    const { cleanEnvironment } = await import("../../../scripts/environment.mjs");
    const named = new Set(
      sources().flatMap((text) => [...text.matchAll(VARIABLE)].map(([, name = ""]) => name)),
    );
    assert.ok(named.has("OS_PASSWORD") && named.has("ALIBABA_CLOUD_ENDPOINT_"), "the names were not found");
    const kept = [...named].filter((name) => name in cleanEnvironment({ [name]: "real" }));
    assert.deepEqual(kept.filter((name) => !ends.test(name)).sort(), []);
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
