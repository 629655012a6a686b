import { createHash } from "node:crypto";
import { printable } from "pulumi-cloud-attachments/core";
import { dot, Names } from "./dot";
import { looks } from "./look";
import type { Cluster, Drawn, Graph, Node } from "./model";
import { svg } from "./svg";

/** What the page knows of a node: the words it is found by, and a row for each attachment it stands for. */
interface Details {
  title: string;
  words: string;
  rows: string[][];
}

/**
 * The picture as one page that asks for nothing, from anywhere: its policy forbids that. Search, filter by status, zoom by wheel, details
 * of what is clicked. The part of the address after `#` holds the search, so that a finding can be passed on.
 */
export async function html(graph: Graph): Promise<string> {
  const names = new Names();
  const drawing = await svg(dot(graph, names));
  const nodes: Record<string, Details> = {};
  const visit = (cluster: Cluster): void => {
    for (const node of cluster.nodes) nodes[names.of(node.id)] = detailsOf(node);
    cluster.clusters.forEach(visit);
  };
  graph.clusters.forEach(visit);
  // In a script, "<" could end it.
  const data = JSON.stringify(nodes).replaceAll("<", "\\u003c");
  const script = `const nodes = ${data};\n${SCRIPT}`;
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash(script)}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What is attached</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<input id="search" type="search" placeholder="name or id" aria-label="search by name or id">
${graph.isDifference ? filters() : ""}
<button id="whole" type="button">whole picture</button>
<output id="count" aria-live="polite"></output>
</header>
<main>${drawing.slice(drawing.indexOf("<svg"))}</main>
<aside id="details" hidden></aside>
<script>${script}</script>
</body>
</html>
`;
}

function filters(): string {
  return Object.entries(looks)
    .map(
      ([status, { color, meaning }]) =>
        `<label style="color:${color}"><input type="checkbox" checked value="${status}">${meaning}</label>`,
    )
    .join("\n");
}

/** A group is found by its own id, a parent by those that it stands for: not everything that hangs on what is looked for. */
function detailsOf({ kind, lines, attachments }: Node): Details {
  const rows = attachments.map(({ parent, group, groupName, id, region, accountId, status }: Drawn) =>
    [status ?? "attached", parent.name ?? "", parent.id, group, groupName ?? "", id, region, accountId].map(
      (text) => printable(text, 200),
    ),
  );
  const title = lines.map((line) => printable(line, 80)).join(" ");
  const own = kind === "group" ? [title] : rows.flatMap(([, name = "", parent = ""]) => [name, parent]);
  return { title, words: [...new Set(own)].join(" ").toLowerCase(), rows };
}

const hash = (text: string): string => createHash("sha256").update(text).digest("base64");

const STYLE = `
body { margin: 0; font: 14px Helvetica, Arial, sans-serif; display: grid; grid-template: auto 1fr / 1fr auto; height: 100vh; }
header { grid-column: 1 / 3; padding: 8px; display: flex; gap: 12px; flex-wrap: wrap; border-bottom: 1px solid #888; align-items: center; }
main { overflow: hidden; cursor: grab; }
main svg { width: 100%; height: 100%; }
.node { cursor: pointer; }
.off { opacity: 0.12; }
.found polygon, .found ellipse { stroke: #000; stroke-width: 3; }
aside { overflow: auto; max-width: 45vw; padding: 8px; border-left: 1px solid #888; }
td, th { padding: 2px 8px 2px 0; text-align: left; white-space: nowrap; }
`;

/** Runs in the reader's browser. Texts of others reach the page as text alone. */
const SCRIPT = `
const svg = document.querySelector("main svg");
const search = document.getElementById("search");
const boxes = [...document.querySelectorAll("header input[type=checkbox]")];
const edges = [...svg.querySelectorAll(".edge")].map((element) => ({ element, classes: [...element.classList] }));
const elements = new Map(Object.keys(nodes).map((name) => [name, document.getElementById(name)]));
const box = svg.viewBox.baseVal;
const whole = [box.x, box.y, box.width, box.height];

function show() {
  const wanted = search.value.trim().toLowerCase();
  const statuses = new Set(boxes.filter((each) => each.checked).map((each) => each.value));
  const found = new Set(Object.keys(nodes).filter((name) => nodes[name].words.includes(wanted)));
  const lit = new Set();
  for (const { element, classes } of edges) {
    const ends = classes.filter((each) => elements.has(each));
    if (ends.length === 0) continue;
    const isShown = boxes.length === 0 || classes.some((each) => statuses.has(each));
    const isLit = isShown && ends.some((each) => found.has(each));
    element.classList.toggle("off", !isLit);
    if (isLit) for (const end of ends) lit.add(end);
  }
  for (const [name, element] of elements) {
    element.classList.toggle("off", !lit.has(name));
    element.classList.toggle("found", wanted !== "" && found.has(name));
  }
  document.getElementById("count").textContent = wanted === "" ? "" : found.size + " found";
  history.replaceState(null, "", wanted === "" ? location.pathname : "#" + encodeURIComponent(search.value));
}

function details(name) {
  const aside = document.getElementById("details");
  const table = document.createElement("table");
  const head = ["status", "name", "parent", "group", "group name", "id", "region", "account"];
  for (const cells of [head, ...nodes[name].rows]) {
    const row = table.insertRow();
    for (const cell of cells) row.insertCell().textContent = cell;
  }
  const title = document.createElement("h2");
  title.textContent = nodes[name].title;
  aside.replaceChildren(title, table);
  aside.hidden = false;
}

function view(x, y, width, height) {
  svg.setAttribute("viewBox", [x, y, width, height].join(" "));
}

for (const [name, element] of elements) element.addEventListener("click", () => details(name));
for (const each of boxes) each.addEventListener("change", show);
search.addEventListener("input", show);
document.getElementById("whole").addEventListener("click", () => view(...whole));
svg.addEventListener("wheel", (event) => {
  event.preventDefault();
  const factor = event.deltaY > 0 ? 1.2 : 1 / 1.2;
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  view(point.x - (point.x - box.x) * factor, point.y - (point.y - box.y) * factor, box.width * factor, box.height * factor);
}, { passive: false });
svg.addEventListener("pointermove", (event) => {
  if (event.buttons !== 1) return;
  const scale = svg.getScreenCTM().a;
  view(box.x - event.movementX / scale, box.y - event.movementY / scale, box.width, box.height);
});
search.value = decodeURIComponent(location.hash.slice(1));
show();
`;
