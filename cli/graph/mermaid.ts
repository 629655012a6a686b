import { printable } from "pulumi-cloud-attachments/core";
import type { Status } from "../attachment";
import { looks } from "./look";
import type { Cluster, Edge, Graph, Node } from "./model";

/** The graph as a Mermaid flowchart, which GitHub and GitLab draw in Markdown. */
export function mermaid(graph: Graph): string {
  const names = new Map<string, string>();
  const nameOf = (id: string) => {
    const name = names.get(id) ?? `n${names.size + 1}`;
    names.set(id, name);
    return name;
  };
  let clusters = 0;
  const edges: Edge[] = [];
  const inside = (cluster: Cluster, indent: string): string[] => {
    edges.push(...cluster.edges);
    return [
      `${indent}subgraph c${++clusters}[${quoted(cluster.title)}]`,
      ...cluster.clusters.flatMap((each) => inside(each, `${indent}  `)),
      ...cluster.nodes.map((node) => `${indent}  ${nodeText(node, nameOf(node.id))}`),
      `${indent}end`,
    ];
  };
  const nodes = graph.clusters.flatMap((cluster) => inside(cluster, "  "));
  const lines = edges.map((edge) => `  ${nameOf(edge.from)} ${arrow(edge)} ${nameOf(edge.to)}`);
  return `${["flowchart LR", ...nodes, ...lines, ...styles(edges)].join("\n")}\n`;
}

function nodeText({ kind, lines }: Node, name: string): string {
  return kind === "parent" ? `${name}[${quoted(...lines)}]` : `${name}([${quoted(...lines)}])`;
}

/** Line and arrowhead tell the status without its colour. */
const arrows: Readonly<Record<Status, string>> = {
  managed: "-->",
  changed: "==>",
  gone: "-.-x",
  undeclared: "-.-o",
};

function arrow({ status, label }: Edge): string {
  const words = [label, status && status !== "managed" ? looks[status].meaning : ""]
    .filter(Boolean)
    .join(", ");
  return `${arrows[status ?? "managed"]}${words ? `|${quoted(words)}|` : ""}`;
}

function styles(edges: readonly Edge[]): string[] {
  return (Object.keys(looks) as Status[]).flatMap((status) => {
    const own = edges.flatMap((edge, index) => (edge.status === status ? [index] : []));
    const { color, width } = looks[status];
    return own.length > 0 ? [`  linkStyle ${own.join(",")} stroke:${color},stroke-width:${width}px`] : [];
  });
}

/** A text of others in Mermaid's quotes: what it would read as markup becomes an entity. */
function quoted(...lines: string[]): string {
  const escaped = lines.map((line) =>
    printable(line, 80).replace(/[^\p{L}\p{N} .,:()_/-]/gu, (character) => `#${character.codePointAt(0)};`),
  );
  return `"${escaped.join("<br/>")}"`;
}
