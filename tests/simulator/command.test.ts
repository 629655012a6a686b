import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { type Endpoints, type Simulator, startSimulator } from "../../simulator/index";
import { skip } from "../kit/skip";
import { call } from "./alicloud-client";

const main = path.join(__dirname, "..", "..", "simulator", "main.ts");

describe("simulator command", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "simulator-"));
  const children: ChildProcess[] = [];
  after(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  function start(...args: string[]): ChildProcess {
    const child = spawn(process.execPath, ["--import", "tsx", main, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    return child;
  }

  async function endpointsOf(child: ChildProcess): Promise<Endpoints> {
    assert.ok(child.stdout);
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    return JSON.parse(line) as Endpoints;
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
      const child = spawn("npm", ["run", "--silent", "simulator"], {
        cwd,
        stdio: ["ignore", "pipe", "inherit"],
      });
      const endpoints = await endpointsOf(child);
      child.kill(signal);
      // Every process that it has started has its stdout.
      await once(child, "close");
      await assert.rejects(fetch(endpoints.control));
    });
  }

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
