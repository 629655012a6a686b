import assert from "node:assert/strict";
import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { parse } from "yaml";
import { environment, type Simulator, stackConfig, startSimulator } from "../../simulator/index";
import { endpointsOf, endsAt, killCommands, startCommand } from "../kit/simulator-command";
import { skip } from "../kit/skip";
import { call } from "./alicloud-client";

const main = path.join(__dirname, "..", "..", "simulator", "main.ts");

describe("simulator command", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "simulator-"));
  after(() => {
    killCommands();
    rmSync(folder, { recursive: true });
  });

  const start = (...args: string[]): ChildProcess =>
    startCommand(process.execPath, ["--import", "tsx", main, ...args]);

  /** All that it prints until it is stopped, which is as soon as it listens. */
  async function printed(...args: string[]): Promise<string> {
    const child = start(...args);
    let stdout = "";
    child.stdout?.on("data", (data) => {
      if (stdout === "") child.kill("SIGTERM");
      stdout += data;
    });
    await once(child, "close");
    return stdout;
  }

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`prints how to reach it as its first line, and stops on ${signal}`, async () => {
      const child = start();
      const endpoints = await endpointsOf(child);
      assert.deepEqual(Object.keys(endpoints.alicloud), [
        ...["ess", "ecs", "ens", "sts"],
        ...["regionId", "accountId", "accessKeyId", "accessKeySecret"],
      ]);
      assert.equal((await fetch(`${endpoints.control}/world`)).status, 200);
      child.kill(signal);
      const [code] = await once(child, "exit");
      assert.equal(code, 0);
      await assert.rejects(fetch(endpoints.control));
    });
  }

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const) {
    it(`leaves no process behind when ${signal} reaches the npm that runs it`, async function () {
      if (process.platform === "win32") skip(this, "Windows has no signals");
      const cwd = path.dirname(path.dirname(main));
      await endsAt(signal, startCommand("npm", ["run", "--silent", "simulator"], { cwd }));
    });
  }

  it("outlives its parent where no package manager runs it, as a background job has to", async function () {
    if (process.platform === "win32") skip(this, "there it is no matter of signals");
    const { npm_config_user_agent: _, ...env } = process.env;
    const child = startCommand("sh", ["-c", '"$0" --import tsx "$1" & echo $! >&2', process.execPath, main], {
      env,
    });
    const [pid] = (await once(child.stderr as Readable, "data")) as [Buffer];
    try {
      const { control } = await endpointsOf(child);
      assert.equal(child.exitCode, 0);
      await setTimeout(500);
      assert.equal((await fetch(`${control}/world`)).status, 200);
    } finally {
      process.kill(Number(pid), "SIGTERM");
    }
    await once(child, "close");
  });

  it("--config prints what a stack needs, --env the same for a shell", async () => {
    const simulator = await startSimulator();
    await simulator.stop();
    const { endpoints } = simulator;

    const { config } = parse(await printed("--config")) as { config: Record<string, string> };
    assert.deepEqual(portless(config), portless(stackConfig(endpoints)));
    for (const cloud of Object.keys(endpoints).filter((name) => name !== "control")) {
      assert.ok(
        Object.keys(config).some((key) => key.startsWith(`${cloud}:`)),
        cloud,
      );
    }

    const [comment = "", ...lines] = (await printed("--env")).trimEnd().split("\n");
    assert.match(comment, /^# simulator, control API http:\/\/127\.0\.0\.1:\d+$/);
    const variables = lines.map((line) => {
      const [, name = line, value = ""] = /^export (\w+)=(.*)$/.exec(line) ?? [];
      return [name, value];
    });
    assert.deepEqual(portless(Object.fromEntries(variables)), portless(environment(endpoints)));
    assert.ok(lines.length > 10);
  });

  /** With the addresses numbered in the order in which they occur: each run has other ports. */
  function portless(values: Record<string, string>): Record<string, string> {
    const seen: string[] = [];
    const text = JSON.stringify(values).replace(/127\.0\.0\.1:\d+/g, (address) => {
      if (!seen.includes(address)) seen.push(address);
      return `front ${seen.indexOf(address)}`;
    });
    return JSON.parse(text) as Record<string, string>;
  }

  it("quotes what YAML or a shell would take for more than a text", async function () {
    if (process.platform === "win32") skip(this, "there is no POSIX shell");
    const secret = "{it's $HOME: a `word` # 1";
    const file = path.join(folder, "keys.json");
    const accessKeys = { key: { accountId: "1000000000000001", secret } };
    writeFileSync(file, JSON.stringify({ alicloud: { accessKeys } }));
    const { config } = parse(await printed("--world", file, "--config")) as {
      config: Record<string, string>;
    };
    assert.equal(config["alicloud:secretKey"], secret);
    const script = `${await printed("--world", file, "--env")}printf %s "$ALICLOUD_SECRET_KEY"`;
    assert.equal(execFileSync("sh", ["-c", script], { encoding: "utf8" }), secret);
  });

  it("begins with the world of a file", async () => {
    const file = path.join(folder, "world.json");
    const scalingGroup = {
      accountId: "1000000000000001",
      regionId: "cn-hangzhou",
      vpcId: "vpc-1",
      name: "mine",
    };
    const scalingGroups = {
      "asg-mine": { ...scalingGroup, lifecycleState: "Active", instanceIds: [], vserverGroups: [] },
    };
    writeFileSync(file, JSON.stringify({ alicloud: { scalingGroups } }));
    const child = start("--world", file);
    const endpoints = await endpointsOf(child);
    const body = await call({ endpoints } as never, "ess", "DescribeScalingGroups", {
      RegionId: "cn-hangzhou",
    });
    assert.equal(body.TotalCount, 1);
    child.kill("SIGTERM");
    await once(child, "exit");
  });

  it("says what is wrong with its arguments", async () => {
    const failure = async (...args: string[]) => {
      const child = start(...args);
      let stderr = "";
      child.stderr?.on("data", (chunk) => {
        stderr += chunk;
      });
      const [code] = await once(child, "close");
      assert.equal(code, 2);
      return stderr;
    };
    assert.match(await failure("--port", "x"), /--port must be 0 to 65535, not x\nusage:/);
    assert.match(await failure("--world", path.join(folder, "none.json")), /ENOENT/);
    assert.match(await failure("--env", "--config"), /--env and --config exclude each other/);
    assert.match(await failure("--moon"), /Unknown option '--moon'/);
  });

  it("takes consecutive ports from --port on, and leaves none listening if one is taken", async () => {
    const simulator = await startOnConsecutivePorts();
    const { control, alicloud } = simulator.endpoints;
    const [first = 0, ...next] = [control, alicloud.ess, alicloud.ecs].map((url) =>
      Number(new URL(url ?? "").port),
    );
    assert.deepEqual(next, [first + 1, first + 2]);
    await assert.rejects(startSimulator({ port: first - 1 }), { code: "EADDRINUSE" });
    await assert.rejects(startSimulator({ port: first - 1 }), { code: "EADDRINUSE", port: first });
    await simulator.stop();
  });

  /** Other programs of this machine may have a port of the row: then another row is tried. */
  async function startOnConsecutivePorts(): Promise<Simulator> {
    for (let tries = 20; ; tries--) {
      const probe = createServer().listen(0, "127.0.0.1");
      await once(probe, "listening");
      const { port } = probe.address() as { port: number };
      probe.close();
      await once(probe, "close");
      try {
        const before = await startSimulator({ port });
        await before.stop();
        return await startSimulator({ port: port + 1 });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || tries === 0) throw error;
      }
    }
  }
});
