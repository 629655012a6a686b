// A few shapes in SVG. Each picture lies on a card of its own, so it is legible whatever page is around it; the colours follow the
// reader's light or dark setting.

const style = `
  text { font: 14px -apple-system, "Segoe UI", "DejaVu Sans", Helvetica, Arial, sans-serif; fill: #1f2328; }
  .card { fill: #ffffff; stroke: #d0d7de; }
  .box { fill: #f6f8fa; stroke: #8c959f; }
  .ours { fill: #ddf4ff; stroke: #0969da; }
  .bad { fill: #ffebe9; stroke: #cf222e; }
  .good { fill: #dafbe1; stroke: #1a7f37; }
  .line { fill: none; stroke: #59636e; stroke-width: 1.5; }
  .ours-line { fill: none; stroke: #0969da; stroke-width: 3; }
  .others-line { fill: none; stroke: #59636e; stroke-width: 1.5; stroke-dasharray: 5 4; }
  .head { fill: #59636e; }
  .small { font-size: 12px; }
  .faint { fill: #59636e; }
  .strong { font-weight: 600; }
  .blue { fill: #0969da; }
  .mono { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .card { fill: #0d1117; stroke: #3d444d; }
    .box { fill: #151b23; stroke: #656c76; }
    .ours { fill: #0c2d4d; stroke: #4493f8; }
    .bad { fill: #3c1618; stroke: #f85149; }
    .good { fill: #12301b; stroke: #3fb950; }
    .line, .others-line { stroke: #9198a1; }
    .ours-line { stroke: #4493f8; }
    .head { fill: #9198a1; }
    .faint { fill: #9198a1; }
    .blue { fill: #4493f8; }
  }`;

/**
 * A whole picture.
 *
 * @param {{ width: number, height: number, title: string }} size - `title` is what a screen reader reads
 * @param {...(string | string[])} shapes
 */
export function picture({ width, height, title }, ...shapes) {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`;
  const arrow = `<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="head" d="M0 0 8 4 0 8z"/></marker></defs>`;
  return [
    head,
    `<title>${escaped(title)}</title>`,
    `<style>${style}\n</style>`,
    arrow,
    box(0.5, 0.5, width - 1, height - 1, "card"),
    ...shapes.flat(),
    "</svg>",
    "",
  ].join("\n");
}

/** @type {(x: number, y: number, width: number, height: number, kind?: string) => string} */
export function box(x, y, width, height, kind = "box") {
  return `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`;
}

/**
 * Lines of text, the first one's baseline at `y`.
 *
 * @param {number} x
 * @param {number} y
 * @param {string | string[]} lines
 * @param {{ kind?: string, anchor?: "start" | "middle" | "end", leading?: number }} [options]
 */
export function text(x, y, lines, { kind = "", anchor = "start", leading = 18 } = {}) {
  return [lines]
    .flat()
    .map(
      (line, index) =>
        `<text class="${kind}" x="${x}" y="${y + index * leading}" text-anchor="${anchor}">${escaped(line)}</text>`,
    );
}

/**
 * A box with lines of text in its middle, the first one strong.
 *
 * @type {(x: number, y: number, width: number, height: number, lines: string[], kind?: string) => string[]}
 */
export function labelled(x, y, width, height, [first = "", ...more], kind) {
  const top = y + height / 2 + 5 - more.length * 8;
  return [
    box(x, y, width, height, kind),
    ...text(x + width / 2, top, first, { kind: "strong", anchor: "middle" }),
    ...text(x + width / 2, top + 17, more, { kind: "small", anchor: "middle", leading: 16 }),
  ];
}

/** @type {(points: string, kind?: string) => string} a path, `M10 10 H50`; one of kind `line` ends in an arrow */
export function path(points, kind = "line") {
  return `<path class="${kind}" d="${points}"${kind === "line" ? ' marker-end="url(#head)"' : ""}/>`;
}

/** @param {string} raw */
function escaped(raw) {
  return raw.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
