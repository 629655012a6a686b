import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ScriptedServer } from "../../kit/scripted-server";
import { skip } from "../../kit/skip";
import { runModule } from "./script";

const programs = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

describe("scripts/pulumi-cli.mjs", () => {
  let folder: string;
  let server: ScriptedServer;
  let answer: { status: number; body?: Buffer };

  before(function () {
    if (process.platform === "win32") skip(this, "its stand-ins for the CLI are shell scripts");
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-cli-"));
    mkdirSync(join(folder, "bin"));
    // A PATH without pulumi, go and python.
    for (const tool of ["tar", "gzip"]) {
      symlinkSync(execFileSync("which", [tool], { encoding: "utf8" }).trim(), join(folder, "bin", tool));
    }
    server = await ScriptedServer.start();
    server.on(/./, () => answer);
  });
  afterEach(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const script = (file: string, text: string) => {
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
  };
  const release = () => {
    mkdirSync(join(folder, "pulumi"));
    for (const program of programs) script(join(folder, "pulumi", program), "echo v3.259.0");
    const archive = join(folder, "release.tar.gz");
    execFileSync("tar", ["-czf", archive, "-C", folder, "pulumi"]);
    return readFileSync(archive);
  };
  const get = async () => {
    const env = {
      HOME: folder,
      PATH: join(folder, "bin"),
      PULUMI_CLOUD_ATTACHMENTS_CACHE: join(folder, "cache"),
      PULUMI_CLOUD_ATTACHMENTS_RELEASES: `${server.url}/sdk`,
    };
    const text = `
      import { pulumiCli } from "./scripts/pulumi-cli.mjs";
      console.log(JSON.stringify(await pulumiCli().catch((error) => ({ error: error.message }))));`;
    return JSON.parse((await runModule(text, env)).stdout) as {
      version?: string;
      folder?: string;
      error?: string;
    };
  };

  it("takes what is on PATH and new enough", async () => {
    answer = { status: 403 };
    for (const program of programs) script(join(folder, "bin", program), "echo v3.216.0");
    assert.deepEqual(await get(), { version: "3.216.0" });
    assert.deepEqual(server.seen, []);
  });

  it("downloads the official release where the one on PATH is too old, once", async () => {
    for (const program of programs) script(join(folder, "bin", program), "echo v3.99.0");
    answer = { status: 200, body: release() };
    const first = await get();
    assert.deepEqual(first, await get());
    assert.equal(server.seen.length, 1);
    assert.match(
      server.seen[0]?.path ?? "",
      /^\/sdk\/pulumi-v3\.259\.0-(linux|darwin)-(x64|arm64)\.tar\.gz$/,
    );
    assert.equal(execFileSync(join(first.folder ?? "", "pulumi"), { encoding: "utf8" }), "v3.259.0\n");
    assert.equal(readdirSync(join(folder, "cache")).length, 1, "neither lock nor scratch folder is left");
  });

  it("goes on at once after a refusal, and says what was tried", async () => {
    answer = { status: 403 };
    const { error = "" } = await get();
    assert.equal(server.seen.length, 1);
    assert.match(error, /- the official download: .* answered 403\n/);
    assert.match(error, /- building it from source with Go: it needs Go 1\.26 on PATH, or Python with pip/);
    assert.match(error, /Install it/);
  });

  it("keeps nothing of a broken release", async () => {
    answer = { status: 200, body: Buffer.from("no archive") };
    const { error = "" } = await get();
    assert.match(error, /- the official download: tar .* failed/);
    assert.deepEqual(readdirSync(join(folder, "cache")), []);
  });
});
