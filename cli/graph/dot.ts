import { printable } from "pulumi-cloud-attachments/core";
import type { Status } from "../attachment";
import { looks, plain } from "./look";
import type { Cluster, Edge, Graph, Node } from "./model";

/**
 * The graph in Graphviz's language, from which the SVG is drawn. Nodes have their short name as the id of their element, and lines the
 * names of their ends and their status as classes.
 *
 * @param names - gets the short names.
 */
export function dot(graph: Graph, names = new Names()): string {
  const lines = [
    "digraph attachments {",
    // Clouds side by side: one above the other, 500 pairs would be a ribbon of 10,000 pixels.
    `  rankdir=LR; pack=24; packmode="array_uc4"; ranksep=${ranksep(graph)}; nodesep=0.15; bgcolor=white;`,
    // The one sans-serif font whose widths Graphviz knows: with another, titles stand over the edges of their boxes.
    '  graph [fontname="Helvetica", fontsize=14];',
    '  node [fontname="Helvetica", fontsize=12, style=filled, color="#333333"];',
    '  edge [fontname="Helvetica", fontsize=10];',
    ...graph.clusters.flatMap((cluster) => clusterLines(cluster, names, "  ")),
    ...(graph.isDifference ? legend(graph) : []),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

/** Inches between parents and groups: the taller a column, the farther apart, so that its lines do not become a bundle. */
function ranksep(graph: Graph): string {
  const count = ({ nodes, clusters }: Cluster): number =>
    nodes.length + clusters.reduce((sum, each) => sum + count(each), 0);
  const most = Math.max(0, ...graph.clusters.flatMap(({ clusters }) => clusters.map(count)));
  return (1.5 + Math.min(most, 200) / 25).toFixed(1);
}

/** Short names for long ids. */
export class Names {
  readonly #names = new Map<string, string>();
  clusters = 0;

  of(id: string): string {
    const name = this.#names.get(id) ?? `n${this.#names.size + 1}`;
    this.#names.set(id, name);
    return name;
  }
}

function clusterLines(cluster: Cluster, names: Names, indent: string): string[] {
  const inner = `${indent}  `;
  return [
    `${indent}subgraph cluster_${++names.clusters} {`,
    `${inner}label=${quoted(cluster.title)}; labeljust=l; style=rounded; color="#888888";`,
    ...cluster.clusters.flatMap((each) => clusterLines(each, names, inner)),
    ...cluster.nodes.map((node) => inner + nodeLine(node, names)),
    ...cluster.edges.flatMap((edge) => edgeLines(edge, names).map((line) => inner + line)),
    `${indent}}`,
  ];
}

/** Parents are boxes, groups ovals. */
function nodeLine({ id, kind, lines }: Node, names: Names): string {
  const look = kind === "parent" ? 'shape=box, fillcolor="#F4F4F4"' : 'shape=oval, fillcolor="#FFF8DC"';
  return `${names.of(id)} [id=${names.of(id)}, label=${quoted(...lines)}, ${look}];`;
}

/** A label is a node in the middle of its line: Graphviz drops labels of edges when it lays clouds side by side. */
function edgeLines({ from, to, status, label }: Edge, names: Names): string[] {
  const [start, end] = [names.of(from), names.of(to)];
  const look = `class="${start} ${end} ${status ?? "attached"}", ${lookOf(status)}`;
  if (label === "") return [`${start} -> ${end} [${look}];`];
  const middle = names.of(`${from} ${to} ${label}`);
  return [
    `${middle} [label=${quoted(label)}, shape=plaintext, style=solid, fontsize=10];`,
    `${start} -> ${middle} [${look}, dir=none];`,
    `${middle} -> ${end} [${look}];`,
  ];
}

function lookOf(status: Status | undefined): string {
  const { color, line, arrow, width } = status ? looks[status] : plain;
  return `color="${color}", fontcolor="${color}", style=${line}, arrowhead=${arrow}, penwidth=${width}`;
}

/** Only what is there to be seen. */
function legend(graph: Graph): string[] {
  const shown = new Set<Status | undefined>();
  const visit = (cluster: Cluster): void => {
    for (const { status } of cluster.edges) shown.add(status);
    cluster.clusters.forEach(visit);
  };
  graph.clusters.forEach(visit);
  const statuses = (Object.keys(looks) as Status[]).filter((status) => shown.has(status));
  return [
    "  subgraph cluster_legend {",
    '    label="what the lines say"; sortv=1; labeljust=l; style=rounded; color="#888888";',
    "    node [shape=plaintext, style=solid];",
    ...statuses.flatMap((status, index) => [
      `    l${index} [label=""]; m${index} [label=${quoted(looks[status].meaning)}];`,
      `    l${index} -> m${index} [${lookOf(status)}];`,
    ]),
    "  }",
  ];
}

/** Lines of others' texts as one quoted string: nothing in them is markup, nothing an escape. */
function quoted(...lines: string[]): string {
  const texts = lines.map((line) => printable(line, 80).replace(/[\\"]/g, "\\$&"));
  return `"${texts.join("\\n")}"`;
}
