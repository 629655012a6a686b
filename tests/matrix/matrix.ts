import type { Subject } from "../contract/subject";
import { ecsInstance, ecsNetworkInterface } from "../contract/subjects/ecs";
import { ensInstance, ensNetworkInterface } from "../contract/subjects/ens";
import { ess } from "../contract/subjects/ess";
import {
  huaweicloudSigned,
  huaweicloudToken,
  opentelekomcloudSigned,
  opentelekomcloudToken,
} from "../contract/subjects/huaweicloud";
import { openstackServer } from "../contract/subjects/openstack";
import { tencentcloudLenient, tencentcloudStrict } from "../contract/subjects/tencentcloud";
import { type Cell, faults, tryCell, verbs } from "./cells";

/** Where the table is kept. */
export const FILE = "docs/fault-matrix.md";

/** Every association, and each way to reach it, under the head of its column. */
const columns: Readonly<Record<string, Subject>> = {
  ESS: ess,
  "ECS instance": ecsInstance,
  "ECS ENI": ecsNetworkInterface,
  "ENS instance": ensInstance,
  "ENS ENI": ensNetworkInterface,
  "CVM lenient": tencentcloudLenient,
  "CVM strict": tencentcloudStrict,
  "Huawei key": huaweicloudSigned,
  "Huawei token": huaweicloudToken,
  "OTC key": opentelekomcloudSigned,
  "OTC token": opentelekomcloudToken,
  OpenStack: openstackServer,
};

/** The page, with every cell tried. */
export async function page(): Promise<{ text: string; cells: number; broken: number }> {
  const results = new Map<string, Cell>();
  const keyOf = (...parts: string[]) => parts.join("; ");
  for (const [column, subject] of Object.entries(columns)) {
    const stage = await subject.stage();
    try {
      for (const verb of verbs) {
        for (const fault of Object.keys(faults)) {
          results.set(keyOf(verb, fault, column), await tryCell(subject, stage, fault, verb));
        }
      }
    } finally {
      await stage.stop();
    }
  }
  const names = Object.keys(columns);
  const broken: string[] = [];
  const sign = (key: string): string => {
    const cell = results.get(key) as Cell;
    if (typeof cell === "string")
      return { reached: "✓", error: "error", "error, kept in state": "kept" }[cell];
    broken.push(`- ${key}: ${cell.broken}`);
    return `**✗ ${broken.length}**`;
  };
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const tables = verbs.map((verb) =>
    [
      `## ${verb[0]?.toUpperCase()}${verb.slice(1)}`,
      "",
      row(["", ...names]),
      row(["---", ...names.map(() => "---")]),
      ...Object.keys(faults).map((fault) =>
        row([fault, ...names.map((name) => sign(keyOf(verb, fault, name)))]),
      ),
    ].join("\n"),
  );
  const misses =
    broken.length > 0
      ? ["## What does not hold", broken.map((each, index) => each.replace("-", `${index + 1}.`)).join("\n")]
      : [];
  return {
    text: `${[HEAD, ...tables, ...misses].join("\n\n")}\n`,
    cells: results.size,
    broken: broken.length,
  };
}

const HEAD = `# Fault matrix

What a create, a refresh, an update and a delete come to when the cloud, the network or a gateway fails, for every resource type and
way to reach it. Each cell was tried against the [simulated clouds](../simulator/README.md) by \`npm run matrix -- --write\`, which wrote
this page; a test fails when it is out of date. The fault hits the call that the operation cannot do without (attach, detach; for a
refresh the look); where it is to show only later, the looks.

- ✓: reached. What the program declares is so, by no more writes than that takes.
- error: one sentence, before the deadline. The cloud is as before, or what is in state is still true or found again by the next \`pulumi up\`.
- kept: the same, of a create that may have had its effect: it is in state, and the next \`pulumi up\` completes it.
- ✗: neither; the number leads to the reason, below.`;
