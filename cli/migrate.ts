import { type CommonArgs, checkInputs, look, type Properties } from "pulumi-cloud-attachments/core";
import type { Attachment } from "./attachment";
import type { Context } from "./context";
import { Progress } from "./progress";
import { type FilterOptions, Operation, type Place } from "./scan";
import { attachmentOfRecorded } from "./state";
import type { VendorResource, VendorState } from "./vendors";

/** What becomes of a resource of a vendor's. */
export interface Move {
  resource: VendorResource;
  /** What is attached by it; empty where it cannot be moved. */
  attachments: Attachment[];
  /** Why it cannot be moved. */
  obstacle?: string;
}

/** What there is to do, in this order. */
export interface Step {
  step: string;
  /** Changes of programs. */
  edits: string[];
  /** Commands, each by its arguments. */
  commands: string[][];
}

/** Looks under way at the same time. */
const AT_ONCE = 100;

/** Resources with a pair that these options choose; of a list, those pairs alone. A block of Terraform's is taken out whole. */
export function chosen(
  resources: readonly VendorResource[],
  { parent, group }: Pick<FilterOptions, "parent" | "group">,
): VendorResource[] {
  const isAny = (names: string[] | undefined, values: unknown[]) =>
    names?.some((name) => values.includes(name)) ?? true;
  const matches = (pair: Properties) =>
    isAny(parent, [pair.instanceId, pair.networkInterfaceId, pair.scalingGroupId]) &&
    isAny(group, [pair.securityGroupId, pair.securityGroupName, pair.vserverGroupId]);
  if (!parent && !group) return [...resources];
  const blocks = new Set(resources.filter(({ pairs }) => pairs.some(matches)).map(({ block }) => block));
  return resources
    .filter(({ block }) => blocks.has(block))
    .map((each) => (each.lists ? { ...each, pairs: each.pairs.filter(matches) } : each))
    .filter(({ pairs, obstacle }) => pairs.length > 0 || obstacle !== undefined);
}

/** Asks the clouds for all that these resources attach. Only a resource whose attachments are all there can be moved. */
export async function movesOf(
  context: Context,
  resources: readonly VendorResource[],
  defaults: Pick<Place, "region" | "connection">,
): Promise<Move[]> {
  const moves: Move[] = [];
  const progress = new Progress(context.io);
  progress.show(() => `looking for what ${resources.length} resources attach: ${moves.length} done`);
  try {
    for (let from = 0; from < resources.length; from += AT_ONCE) {
      const some = resources.slice(from, from + AT_ONCE);
      moves.push(...(await Promise.all(some.map((each) => moveOf(context, each, defaults)))));
    }
  } finally {
    progress.clear();
  }
  return withoutHalves(moves);
}

/** Where one block declares several, taking it out deletes those that cannot be moved: then none of them is. */
function withoutHalves(moves: readonly Move[]): Move[] {
  const refused = moves.filter(({ obstacle }) => obstacle !== undefined);
  const byBlock = new Map(refused.map(({ resource: { block, address } }) => [block, address]));
  return moves.map((move) => {
    const { resource, obstacle } = move;
    const other = byBlock.get(resource.block);
    if (obstacle !== undefined || resource.lists || other === undefined) return move;
    return { resource, attachments: [], obstacle: `${other}, of the same block, cannot be moved` };
  });
}

async function moveOf(
  context: Context,
  resource: VendorResource,
  defaults: Pick<Place, "region" | "connection">,
): Promise<Move> {
  const refused = (obstacle: string): Move => ({ resource, attachments: [], obstacle });
  if (resource.obstacle !== undefined) return refused(resource.obstacle);
  const found = await Promise.all(
    resource.pairs.map((pair) => attached(context, resource, { ...defaults, ...pair })),
  );
  const obstacles = found.filter((each) => typeof each === "string");
  if (obstacles.length > 0) return refused([...new Set(obstacles)].join("; "));
  return { resource, attachments: found.filter((each) => typeof each !== "string") };
}

/** The attachment as the cloud shows it, or why it is none. */
async function attached(
  context: Context,
  { association, name, region: own }: VendorResource,
  given: Properties,
): Promise<Attachment | string> {
  const { inputs, failures } = checkInputs(association, { ...given, ...(own ? { region: own } : {}) });
  if (failures[0]) return failures[0].reason;
  const pair = inputs as CommonArgs & Properties;
  const { what, where } = association.describe(pair);
  const { region, connection } = pair;
  const place = { association, ...(region ? { region } : {}), ...(connection ? { connection } : {}) };
  const operation = new Operation(context, place, `looking for ${what} on ${where}`);
  const { deadline, fate } = operation;
  try {
    const session = await operation.connect();
    const whole: Properties = (await association.resolve?.(session, pair, deadline)) ?? pair;
    const seen = await look({ association, session, pair: whole, deadline, fate });
    if (seen.state === "missing") return `${seen.what} does not exist`;
    if (seen.state === "detached") return `${what} is not attached to ${where}`;
    const { accountId, region } = session;
    const recorded = { ...whole, ...seen.observed, accountId, region };
    const attachment = attachmentOfRecorded(association, association.id(recorded), recorded);
    return {
      ...attachment,
      parent: { ...attachment.parent, ...(name ? { name } : {}) },
      ...(seen.incomplete ? { incomplete: seen.incomplete } : {}),
    };
  } catch (error) {
    return operation.failure(error).message;
  } finally {
    operation.end();
  }
}

/**
 * What is left to do. No step detaches: ours holds what is attached before the vendor's lets go, and a state says that the vendor's
 * lets go before its declaration goes. Each step is a change of programs that a team can commit by itself.
 *
 * @param options.module - the module of our program; undefined if all of it is declared already.
 * @param options.stack - arguments that name the stack.
 */
export function stepsOf(
  tool: VendorState["tool"],
  moves: readonly Move[],
  options: { module: string | undefined; stack: readonly string[] },
): Step[] {
  const resources = moves.map(({ resource }) => resource);
  const partial = moves.flatMap(({ attachments }) => attachments.filter(({ incomplete }) => incomplete));
  const writes =
    partial.length > 0
      ? `up writes to the clouds where ${partial.length} of them are not on all network interfaces yet, and nothing else`
      : "nothing is written to the clouds";
  const given = { ...options, writes };
  return tool === "pulumi" ? pulumiSteps(resources, given) : terraformSteps(resources, given);
}

interface StepOptions {
  module: string | undefined;
  stack: readonly string[];
  /** What adopting writes. */
  writes: string;
}

function pulumiSteps(resources: readonly VendorResource[], { module, stack, writes }: StepOptions): Step[] {
  const held = resources.filter(({ options }) => options.length > 0);
  const whole = resources.filter(({ lists }) => !lists);
  const up = ["pulumi", "up", ...stack];
  const adopt: Step = {
    step: `Adopt, and have the vendor's resources leave what is attached; ${writes}`,
    edits: [
      ...held.map((each) => `give ${titleOf(each)} ${each.options.join(", ")}`),
      ...(module ? [`import "${module}";`] : []),
    ],
    commands: [["cloud-attachments", "verify", ...stack], up],
  };
  const again = ["cloud-attachments", "migrate", ...stack];
  const isAdopted = adopt.edits.length === 0;
  const takeOut: Step = {
    step: `Take out the vendor's resources${isAdopted ? "" : ", once migrate tells of this step alone"}; their deletes call no cloud`,
    edits: whole.map((each) => `take out ${titleOf(each)}`),
    commands: isAdopted ? [up] : [again, up],
  };
  return [...(isAdopted ? [] : [adopt]), ...(whole.length > 0 ? [takeOut] : [])];
}

/** `"app" (tencentcloud:Cvm/securityGroupAttachment:SecurityGroupAttachment)` */
function titleOf({ address }: Pick<VendorResource, "address">): string {
  const [types, name] = address.split("::").slice(-2);
  return `"${name}" (${types?.split("$").at(-1)})`;
}

function terraformSteps(
  resources: readonly VendorResource[],
  { module, stack, writes }: StepOptions,
): Step[] {
  const edit = ({ block, lists }: VendorResource) => {
    const names = lists?.map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    return names
      ? `give ${block}: lifecycle { ignore_changes = [${names.join(", ")}] }`
      : `in place of ${block}:\nremoved {\n  from = ${block}\n  lifecycle { destroy = false }\n}`;
  };
  return [
    {
      step: `Adopt; ${writes}`,
      edits: module ? [`import "${module}"; in the Pulumi program`] : [],
      commands: [
        ["cloud-attachments", "verify", ...stack],
        ["pulumi", "up", ...stack],
      ],
    },
    {
      step: "Let Terraform forget; its plan must destroy nothing",
      edits: [...new Set(resources.map(edit))],
      commands: [
        ["terraform", "plan"],
        ["terraform", "apply"],
      ],
    },
  ];
}
