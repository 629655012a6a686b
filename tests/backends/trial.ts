import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { defaultWorld, type Simulator } from "../../simulator/index";
import { reach } from "../kit/clouds";
import { during } from "../kit/journal";
import { program, vserverGroup, webGroup } from "../kit/programs";
import { PulumiProject, root, succeeded } from "../kit/pulumi-project";
import { until } from "../kit/until";
import type { Backend } from "./servers";

const isAttached = (simulator: Simulator) =>
  webGroup(simulator).vserverGroups.some(({ vserverGroupId }) => vserverGroupId === vserverGroup(1));

/** What a team does with one stack on a shared backend; each must end as documented. */
export const trials: Record<string, (project: PulumiProject, simulator: Simulator) => Promise<void>> = {
  "the quickstart: up, up again, refresh, destroy": async (project) => {
    const quickstart = join(root, "examples", "quickstart", "index.ts");
    const { transpileModule, ModuleKind } = await import("typescript");
    const options = { compilerOptions: { module: ModuleKind.CommonJS } };
    project.write(transpileModule(readFileSync(quickstart, "utf8"), options).outputText);
    succeeded(await project.up());
    assert.equal((await project.attachments()).length, 3);
    succeeded(await project.up("--expect-no-changes"));
    succeeded(await project.refresh("--expect-no-changes"));
    succeeded(await project.destroy());
  },

  "two people at once: the second is told of the lock, and can go on after the first": async (
    project,
    simulator,
  ) => {
    project.write(program('new VServerGroupAttachment("one", web(1));'));
    simulator.setFaults({ rules: [{ kind: "latency", action: "AttachVServerGroups", ms: 8_000, times: 1 }] });
    const first = project.start("up");
    await until(() => isAttached(simulator));
    const second = await project.up();
    assert.notEqual(second.code, 0);
    assert.match(second.output, /the stack is currently locked by 1 lock/);
    succeeded(await first.ended);
    const { result, writes } = await during(simulator, () => project.up("--expect-no-changes"));
    succeeded(result);
    assert.deepEqual(writes, []);
    succeeded(await project.destroy());
  },

  "a kill in the middle of an attach: locked, cancel, up, and nothing left to do": async (
    project,
    simulator,
  ) => {
    project.write(program('new VServerGroupAttachment("one", web(1));'));
    simulator.setFaults({
      rules: [{ kind: "hang", action: "AttachVServerGroups", afterWork: true, times: 1 }],
    });
    const { child, ended } = project.start("up");
    await until(() => isAttached(simulator));
    child.kill("SIGKILL");
    await ended;
    await project.stopAll();
    simulator.setFaults({});
    assert.match((await project.up()).output, /the stack is currently locked/);
    await project.cancel();
    const { result, writes } = await during(simulator, () => project.up());
    succeeded(result);
    assert.deepEqual(writes, []);
    succeeded(await project.refresh("--clear-pending-creates"));
    succeeded(await project.up("--expect-no-changes"));
    succeeded(await project.destroy());
  },
};

/** A project with a stack on this backend. */
export function projectAt(backend: Backend, simulator: Simulator, name = "team"): Promise<PulumiProject> {
  return PulumiProject.create({ clouds: reach(simulator), env: backend.env, yaml: { name } });
}

/** Seconds for so many attachments, one an instance; each command once. */
export async function measure(
  backend: Backend,
  simulator: Simulator,
  size: number,
): Promise<Record<"up" | "again" | "destroy", number>> {
  const { plans } = await import("../../scripts/bench/plans.mjs");
  const { plan, world, attached } = plans.tencentcloud({ n: size });
  Object.assign(simulator.world.tencentcloud, world.tencentcloud);
  simulator.setFaults({});
  const project = await projectAt(backend, simulator, `size-${size}`);
  try {
    project.file("plan.json", JSON.stringify(plan));
    project.write(
      program(
        'const at = (type) => type.split(".").reduce((inside, key) => inside[key], attach);',
        'for (const { name, type, args } of require("./plan.json")) new (at(type))(name, args);',
      ),
    );
    const seconds = async (work: () => ReturnType<PulumiProject["up"]>) => {
      const started = performance.now();
      succeeded(await work());
      return (performance.now() - started) / 1000;
    };
    const up = await seconds(() => project.up());
    assert.equal(attached(simulator.world), size);
    const again = await seconds(() => project.up("--expect-no-changes"));
    return { up, again, destroy: await seconds(() => project.destroy()) };
  } finally {
    await project.close();
    Object.assign(simulator.world, defaultWorld());
  }
}

/** Groups that each of two stacks attaches to one server. */
const EACH = 6;

/**
 * Two stacks change the groups of one OpenStack server at the same time, as two processes that do not know of each other. Nova
 * rewrites the whole list of groups with every change, so that one may undo what the other has just done.
 *
 * @returns how many of all pairs were attached, by how many writes, when both had ended, and how many writes `up --refresh`, one stack after the other, made.
 */
export async function twoStacks(
  simulator: Simulator,
): Promise<Record<"all" | "writes" | "attached" | "repaired", number>> {
  simulator.setFaults({ variants: { "nova.writeMs": "1000" } });
  const projects = await Promise.all([0, 1].map(() => PulumiProject.create({ clouds: reach(simulator) })));
  const instanceId = "10000000-0000-4000-8000-000000000001";
  const groupOf = (index: number) =>
    `20000000-0000-4000-8000-0000000001${String(index + 1).padStart(2, "0")}`;
  const attached = () => {
    const [port] = Object.values(simulator.world.openstack.ports).filter(
      (each) => each.serverId === instanceId,
    );
    return (port?.securityGroupIds ?? []).filter((id) => id >= groupOf(0) && id <= groupOf(2 * EACH - 1))
      .length;
  };
  try {
    projects.forEach((project, which) => {
      const groups = Array.from({ length: EACH }, (_, index) => groupOf(which * EACH + index));
      project.write(
        program(
          `for (const securityGroupId of ${JSON.stringify(groups)})`,
          `  new attach.openstack.compute.SecurityGroupAttachment(securityGroupId, { instanceId: "${instanceId}", securityGroupId });`,
        ),
      );
    });
    const ups = await during(simulator, () => Promise.all(projects.map((project) => project.up())));
    for (const run of ups.result) succeeded(run);
    const reached = attached();
    let repaired = 0;
    for (const project of projects) {
      const { result, writes } = await during(simulator, () => project.up("--refresh"));
      succeeded(result);
      repaired += writes.length;
    }
    assert.equal(attached(), 2 * EACH);
    for (const project of projects) succeeded(await project.destroy());
    assert.equal(attached(), 0);
    return { all: 2 * EACH, writes: ups.writes.length, attached: reached, repaired };
  } finally {
    for (const project of projects) await project.close();
  }
}
