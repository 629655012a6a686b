import type { Attachment, Status } from "../attachment";

/** An attachment to draw; without a status it is just there. */
export type Drawn = Attachment & { status?: Status };

/** Who is attached to what, in clusters. */
export interface Graph {
  clusters: Cluster[];
  /** Whether the edges tell of a difference. */
  isDifference: boolean;
}

/** A cloud, a region or a network. */
export interface Cluster {
  title: string;
  clusters: Cluster[];
  nodes: Node[];
  edges: Edge[];
}

/** A parent, several parents with the same groups, or a group. */
export interface Node {
  id: string;
  kind: "parent" | "group";
  lines: string[];
  /** What the node stands for. */
  attachments: readonly Drawn[];
}

export interface Edge {
  from: string;
  to: string;
  status: Status | undefined;
  label: string;
}

/** Parents with the same groups are one node from this number on: a hundred equal lines tell less than "100 instances". */
const ALIKE = 4;

/** Names that such a node lists. */
const LISTED = 5;

/** The picture of these attachments. @param apart - draw each parent by itself, however many are alike. */
export function graphOf(attachments: readonly Drawn[], { apart = false } = {}): Graph {
  const byCloud = grouped(attachments, ({ cloud }) => cloud);
  const clusters = [...byCloud].map(([cloud, inCloud]) => ({
    title: cloud,
    ...empty,
    clusters: [...grouped(inCloud, ({ region, accountId }) => `${region} (${accountId})`)].map(
      ([region, inRegion]) => regionOf(`${cloud} ${region}`, region, inRegion, apart),
    ),
  }));
  return { clusters, isDifference: attachments.some(({ status }) => status !== undefined) };
}

const empty = { nodes: [], edges: [] };

/** Parents stand in their networks, groups beside these: a group may serve several. */
function regionOf(path: string, title: string, attachments: readonly Drawn[], apart: boolean): Cluster {
  const groups = [...grouped(attachments, groupKey)].map(([id, own]) => ({
    id: `${path} group ${id}`,
    kind: "group" as const,
    lines: groupLines(own),
    attachments: own,
  }));
  const networks = [...grouped(attachments, ({ parent }) => parent.network ?? "")].map(([network, inside]) =>
    networkOf(path, network, inside, apart),
  );
  const named = networks.filter(({ title }) => title !== "");
  const others = networks.filter(({ title }) => title === "");
  return {
    title,
    clusters: named.map((network) => ({ ...network, edges: [] })),
    nodes: [...groups, ...others.flatMap(({ nodes }) => nodes)],
    edges: networks.flatMap(({ edges }) => edges),
  };
}

function groupLines(attachments: readonly Drawn[]): string[] {
  const name = attachments.find(({ groupName }) => groupName)?.groupName;
  const [{ group }] = attachments as [Drawn];
  return name === undefined ? [group] : [name, group];
}

/** Ids of groups are ids of their product. */
function groupKey({ type, group }: Drawn): string {
  return `${type.split(":")[0]} ${group}`;
}

function networkOf(path: string, network: string, attachments: readonly Drawn[], apart: boolean): Cluster {
  const parents = [...grouped(attachments, ({ type, parent }) => `${type} ${parent.id}`).values()];
  const alike = [...grouped(parents, (own) => own.map(edgeKey).sort().join("\n")).values()];
  const sets = alike.flatMap((set) => (apart || set.length < ALIKE ? set.map((own) => [own]) : [set]));
  const nodes: Node[] = [];
  const edges: Edge[] = [];
  for (const set of sets) {
    const [own] = set as [Drawn[]];
    const [first] = own as [Drawn];
    const id = `${path} parent ${first.type} ${first.parent.id}`;
    nodes.push({ id, kind: "parent", lines: linesOf(set), attachments: set.flat() });
    for (const each of own) {
      const to = `${path} group ${groupKey(each)}`;
      edges.push({ from: id, to, status: each.status, label: labelOf(each) });
    }
  }
  return { title: network, clusters: [], nodes, edges };
}

function linesOf(set: readonly Drawn[][]): string[] {
  const parents = set.map(([first]) => (first as Drawn).parent);
  const [first] = parents as [Drawn["parent"]];
  if (parents.length === 1) return first.name ? [first.name, first.id] : [first.id];
  const names = parents.map(({ name, id }) => name ?? id).sort();
  const more = names.length > LISTED ? [`and ${names.length - LISTED} more`] : [];
  return [`${names.length} alike`, ...names.slice(0, LISTED), ...more];
}

function edgeKey(each: Drawn): string {
  return JSON.stringify([each.type, each.group, each.status, labelOf(each)]);
}

function labelOf({ args, incomplete }: Drawn): string {
  const port = args.port === undefined ? "" : `port ${args.port}`;
  const weight = args.weight === undefined ? "" : `weight ${args.weight}`;
  return [port, weight, incomplete ? "incomplete" : ""].filter(Boolean).join(", ");
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(item);
  }
  return groups;
}
