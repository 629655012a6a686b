import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AUDIT_LOG, logRequest, type Request } from "../../../../providers/core/cloud/audit-log";
import { within } from "../../../../providers/core/cloud/renewable";
import { send } from "../../../../providers/core/cloud/request";
import { CloudError } from "../../../../providers/core/contract/errors";
import { settingsFrom } from "../../../../providers/core/util/settings";
import { skip } from "../../../kit/skip";

const request: Request = {
  cloud: "alicloud",
  product: "ecs",
  accountId: "account-1",
  region: "cn-hangzhou",
  action: "JoinSecurityGroup",
  ids: ["i-1", "sg-2"],
};
const ending = { time: new Date(0), milliseconds: 7, outcome: "ok", requestId: "R-1" };

describe("audit log", () => {
  let folder: string;
  let told: string[];
  const { write } = process.stderr;
  const variables = [AUDIT_LOG, "PULUMI_PROJECT", "PULUMI_STACK"];
  const before = variables.map((name) => process.env[name]);

  beforeEach(() => {
    folder = fs.mkdtempSync(join(tmpdir(), "audit-"));
    told = [];
    process.stderr.write = (text) => {
      told.push(String(text));
      return true;
    };
    for (const name of variables) delete process.env[name];
  });
  afterEach(() => {
    process.stderr.write = write;
    fs.rmSync(folder, { recursive: true });
    for (const [index, name] of variables.entries()) {
      const value = before[index];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  /** Writes lines into the log `name`, and gives back what then stands in it. */
  function log(name: string, ...requests: Request[]): string {
    const file = join(folder, name);
    process.env[AUDIT_LOG] = file;
    for (const each of requests) logRequest(each, ending);
    return fs.existsSync(file) && fs.statSync(file).isFile() ? fs.readFileSync(file, "utf8") : "";
  }

  /** What the user was told. */
  async function words(): Promise<string[]> {
    await new Promise(setImmediate);
    return told;
  }

  it("has one line a request, with all that is known of it", async () => {
    Object.assign(process.env, { PULUMI_PROJECT: "shop", PULUMI_STACK: "dev" });
    const [first = "", second = "", ...rest] = log("log", request, request).split("\n");
    assert.deepEqual(JSON.parse(first), {
      time: "1970-01-01T00:00:00.000Z",
      project: "shop",
      stack: "dev",
      ...request,
      requestId: "R-1",
      milliseconds: 7,
      outcome: "ok",
    });
    assert.equal(second, first);
    assert.deepEqual(rest, [""]);
    assert.deepEqual(await words(), []);
  });

  it("is for its user's eyes, and so are the folders that are made for it", () => {
    log("new/folder/log", request);
    assert.equal(fs.statSync(join(folder, "new/folder/log")).mode & 0o777, 0o600);
    assert.equal(fs.statSync(join(folder, "new/folder")).mode & 0o777, 0o700);
  });

  it("goes on in a new file where the old one was moved away", () => {
    log("log", request);
    fs.renameSync(join(folder, "log"), join(folder, "log.1"));
    assert.equal(log("log", request).split("\n").length, 2);
  });

  it("keeps one line one short line, whatever is in it", () => {
    const hostile = `\n{}\r\u2028\ud800${'"'.repeat(100_000)}`;
    const ids = Array.from({ length: 1_000 }, (_, number) => `id-${number}-${hostile}`);
    process.env[AUDIT_LOG] = join(folder, "log");
    logRequest({ ...request, ids, action: hostile }, { ...ending, requestId: hostile, outcome: hostile });
    const text = fs.readFileSync(join(folder, "log"), "utf8");
    assert.equal(text.indexOf("\n"), text.length - 1);
    assert.ok(text.length <= 16_384, `${text.length} bytes`);
    const line = JSON.parse(text) as { ids: string[]; idsLeftOut: number };
    assert.ok(line.ids.length > 10);
    assert.equal(line.ids.length + line.idsLeftOut, 1_000);
  });

  it("holds all ids of the largest batch", () => {
    const ids = Array.from({ length: 100 }, (_, number) => `${number}-${"x".repeat(90)}`);
    assert.deepEqual(JSON.parse(log("log", { ...request, ids })).ids, ids);
  });

  describe("that cannot be written", () => {
    /** Asserts that two lines to `name` are not written, and that the user is told so once. */
    async function assertTold(name: string, reason: RegExp): Promise<void> {
      log(name, request, request);
      const [sentence = "", ...rest] = await words();
      assert.match(sentence, /^the audit log .* \(PULUMI_CLOUD_ATTACHMENTS_LOG\) is not written: /);
      assert.match(sentence, reason);
      assert.deepEqual(rest, []);
    }

    it("is told once: a folder", async () => {
      fs.mkdirSync(join(folder, "log"));
      await assertTold("log", /it is a folder$/m);
    });

    it("is told once: below a file", async () => {
      fs.writeFileSync(join(folder, "file"), "");
      await assertTold("file/log", /a part of its path is no folder$/m);
    });

    it("is told once: a device", async () => {
      fs.symlinkSync("/dev/null", join(folder, "log"));
      await assertTold("log", /it is not a regular file$/m);
    });

    it("is told once, and not waited for: a FIFO", async function () {
      const fifo = join(folder, "log");
      try {
        execFileSync("mkfifo", [fifo], { stdio: "ignore" });
      } catch {
        skip(this, "no mkfifo");
      }
      await assertTold("log", /it is not a regular file$/m);
      // One that is read would take some lines, and then stop us.
      const reader = fs.openSync(fifo, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
      try {
        log("log", request);
        assert.equal(fs.readSync(reader, Buffer.alloc(10)), 0);
      } finally {
        fs.closeSync(reader);
      }
    });

    for (const [code, reason] of [
      ["EACCES", /no permission$/m],
      ["EROFS", /the file system is read-only$/m],
      ["EDQUOT", /the disk quota is used up$/m],
      ["EIO", /i\/o error$/m],
    ] as const) {
      it(`is told once: ${code}`, async () => {
        const { openSync } = fs;
        const fail = () => {
          throw Object.assign(new Error("i/o error"), { code });
        };
        try {
          Object.assign(fs, { openSync: fail });
          await assertTold("log", reason);
        } finally {
          Object.assign(fs, { openSync });
        }
      });
    }

    it("is told once: a full disk, and begins a new line when there is room again", async () => {
      const { writeSync } = fs;
      const fullAfter = (bytes: number) => (descriptor: number, data: Buffer) => {
        if (bytes === 0) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
        return writeSync(descriptor, data, 0, bytes);
      };
      try {
        Object.assign(fs, { writeSync: fullAfter(10) });
        log("log", request);
        Object.assign(fs, { writeSync: fullAfter(0) });
        await assertTold("log", /the disk is full$/m);
      } finally {
        Object.assign(fs, { writeSync });
      }
      const [torn = "", whole = ""] = log("log", request).split("\n");
      assert.equal(torn.length, 10);
      assert.equal(JSON.parse(whole).requestId, "R-1");
    });
  });

  it("tells how a request ended, and a log that fails ends no request", async () => {
    const settings = settingsFrom(() => undefined, {});
    const limits = { perSecond: {}, isThrottled: () => false };
    const ask = (answer: () => Promise<{ body: string; requestId?: string }>) =>
      send(request, { limits, settings }, within(5_000), answer);
    const refused = new CloudError({ code: "Forbidden.RAM", message: "", requestId: "R-2" });
    process.env[AUDIT_LOG] = join(folder, "log");
    assert.equal(await ask(async () => ({ body: "a", requestId: "R-1" })), "a");
    await assert.rejects(
      ask(() => Promise.reject(refused)),
      refused,
    );
    await assert.rejects(
      ask(() => Promise.reject(new Error("bug"))),
      /bug/,
    );
    const lines = fs.readFileSync(join(folder, "log"), "utf8").trim().split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)).map(({ outcome, requestId }) => [outcome, requestId]),
      [
        ["ok", "R-1"],
        ["Forbidden.RAM", "R-2"],
        ["error", undefined],
      ],
    );
    process.env[AUDIT_LOG] = folder;
    assert.equal(await ask(async () => ({ body: "b" })), "b");
  });
});
