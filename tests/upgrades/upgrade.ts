import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Simulator } from "../../simulator/index";
import { attachedIn } from "../chaos/sites";
import { everyConfig } from "../kit/clouds";
import { during } from "../kit/journal";
import type { PulumiProject, Run } from "../kit/pulumi-project";

/** Where the records are: each a folder with the program that was run and the `pulumi stack export` of what it left. */
export const RECORDS = __dirname;
export const PROGRAM = "program.js";
export const STATE = "state.json";

/** The oldest first. */
export function records(): string[] {
  return readdirSync(RECORDS, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

interface RecordedResource {
  type: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  sourcePosition?: string;
  stackTrace?: unknown[];
}

interface RecordedState {
  deployment: { resources: RecordedResource[] };
}

/**
 * A state without what belongs to the machine that recorded it: the paths of its program, and the stack's config, which Pulumi keeps
 * with its own provider resource and logs in by in a refresh.
 */
export function portable(exported: string): string {
  const state = JSON.parse(exported) as RecordedState;
  for (const resource of state.deployment.resources) {
    delete resource.sourcePosition;
    delete resource.stackTrace;
    for (const values of configIn(resource)) for (const key of configKeys(values)) delete values[key];
  }
  return `${JSON.stringify(state, null, 2)}\n`;
}

/** The same state, of a stack with this config. */
function withConfig(record: string, config: Record<string, string>): string {
  const state = JSON.parse(readFileSync(join(RECORDS, record, STATE), "utf8")) as RecordedState;
  for (const resource of state.deployment.resources)
    for (const values of configIn(resource)) Object.assign(values, config);
  return JSON.stringify(state);
}

function configIn({ type, inputs, outputs }: RecordedResource): Record<string, unknown>[] {
  if (type !== "pulumi:providers:pulumi-nodejs") return [];
  return [inputs, outputs].filter((values) => values !== undefined);
}

const configKeys = (values: object) => Object.keys(values).filter((key) => key.includes(":"));

/** The attachments of a record: their types, and the exports of our runtime that their texts ask for. */
export function attachmentsOf(record: string): { type: string; handler: string | undefined }[] {
  const state = JSON.parse(readFileSync(join(RECORDS, record, STATE), "utf8")) as RecordedState;
  return state.deployment.resources.flatMap(({ type, outputs }) =>
    outputs?.__provider === undefined
      ? []
      : [{ type, handler: /runtime"\)\.(\w+);$/.exec(String(outputs.__provider))?.[1] }],
  );
}

/** The program with other settings, by which every resource that has one is updated. */
export function withOtherSettings(program: string): string {
  const changed = program.replaceAll("weight: 70", "weight: 60");
  assert.notEqual(changed, program, "the program declares a weight of 70, to be changed");
  return changed;
}

/**
 * Takes over a recorded state: what an older release attached is refreshed, updated and detached by the present code.
 *
 * @returns how many attachments were tried.
 */
export async function upgrade(record: string, project: PulumiProject, simulator: Simulator): Promise<number> {
  const folder = join(RECORDS, record);
  const program = readFileSync(join(folder, PROGRAM), "utf8");
  const attachments = attachmentsOf(record).length;
  const before = attachedIn(simulator.world);
  /** A command that makes these writes at the clouds and no other. */
  const writes = async (expected: string[], command: () => Promise<Run>) => {
    const { result, writes: made } = await during(simulator, command);
    assert.equal(result.code, 0, result.output);
    assert.deepEqual(
      made.map(({ action }) => action),
      expected,
    );
  };

  project.write(program);
  // The same pairs are attached in a new world; then the old release's word for them is all that is known.
  assert.equal((await project.up()).code, 0);
  const attached = attachedIn(simulator.world);
  project.forgetAll();
  project.file(STATE, withConfig(record, everyConfig(simulator)));
  await project.importState(join(project.folder, STATE));

  await writes([], () => project.refresh("--expect-no-changes"));
  await writes([], () => project.up("--expect-no-changes"));
  assert.deepEqual(attachedIn(simulator.world), attached);

  project.write(withOtherSettings(program));
  // The first attach, of what is attached, shows that the cloud would take it back.
  await writes(["AttachVServerGroups", "DetachVServerGroups", "AttachVServerGroups"], () => project.up());
  assert.equal((await project.destroy()).code, 0);
  assert.deepEqual(attachedIn(simulator.world), before);
  return attachments;
}
