// The pictures of docs/pictures, by file name.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { box, labelled, path as line, picture, text } from "./svg.mjs";

const require = createRequire(import.meta.url);

const folder = path.dirname(fileURLToPath(import.meta.url));

/** What `npm start` printed: `node scripts/pictures.mjs --record` writes it anew. */
export const recording = path.join(folder, "npm-start.txt");

/**
 * The recording is of no one's machine: where its Pulumi CLI lies is left out.
 *
 * @param {string} printed
 */
export function withoutPaths(printed) {
  return printed.replace(/\(in [^)\n]*\)/g, "(in …)");
}

/** One resource is one line between two ends; the lines of others stay. */
function ownership() {
  const groups = [
    { name: "sg-default", by: "attached by the console", ours: false },
    { name: "sg-monitoring", by: "attached by another stack", ours: false },
    { name: "sg-app-ssh", by: "attached by your stack", ours: true },
  ];
  return picture(
    {
      width: 760,
      height: 310,
      title: "What a stack owns: one line between an instance and a security group, beside those of others",
    },
    text(30, 36, "One resource owns one line, not the list", { kind: "strong" }),
    labelled(30, 130, 170, 70, ["instance", "i-bp1a2b3c4d5e"]),
    groups.flatMap(({ name, by, ours }, index) => {
      const y = 72 + index * 70;
      return [
        line(`M200 165 C330 165 330 ${y + 23} 540 ${y + 23}`, ours ? "ours-line" : "others-line"),
        ...labelled(540, y, 190, 46, [name, by], ours ? "ours" : "box"),
      ];
    }),
    text(232, 72, ["dashed: of others. Never removed,", "never shown as a difference"], {
      kind: "small faint",
      leading: 16,
    }),
    text(240, 254, "SecurityGroupAttachment", { kind: "strong blue" }),
    text(240, 272, ["up makes this line, refresh looks at it,", "destroy takes it away"], {
      kind: "small faint",
      leading: 16,
    }),
    text(30, 222, ["Both ends exist already, or", "are resources of the", "vendor's package."], {
      kind: "small faint",
      leading: 16,
    }),
  );
}

/** A rename over time: with other packages, and with this one. */
function rename() {
  const [start, create, remove, end] = [190, 330, 520, 720];
  /** @type {(y: number, from: number, to: number, kind: string, label: string) => string[]} */
  const bar = (y, from, to, kind, label) => [
    box(from, y, to - from, 30, kind),
    ...text(from + 10, y + 20, label, { kind: "small" }),
  ];
  return picture(
    {
      width: 760,
      height: 370,
      title: "A rename within one pulumi up: elsewhere the pair ends up detached, here it stays attached",
    },
    text(30, 36, "A resource is renamed: one pulumi up", { kind: "strong" }),
    [create, remove].map((x) => line(`M${x} 82 V330`, "others-line")),
    text(create, 60, ["1. create", "of the new name"], { kind: "small", anchor: "middle", leading: 16 }),
    text(remove, 60, ["2. delete", "of the old name"], { kind: "small", anchor: "middle", leading: 16 }),
    text(30, 110, "Usually", { kind: "strong" }),
    text(30, 136, "in state", { kind: "small faint" }),
    bar(116, start, create, "box", "old name"),
    bar(116, create, remove, "box", "old and new name"),
    bar(116, remove, end, "box", "new name"),
    text(30, 176, "in the cloud", { kind: "small faint" }),
    bar(156, start, remove, "good", "attached (the create finds it attached)"),
    bar(156, remove, end, "bad", "detached by the delete"),
    text(30, 234, "Here", { kind: "strong blue" }),
    text(30, 260, "in state", { kind: "small faint" }),
    bar(240, start, create, "ours", "old name"),
    bar(240, create, remove, "ours", "old and new name"),
    bar(240, remove, end, "ours", "new name"),
    text(30, 300, "in the cloud", { kind: "small faint" }),
    bar(280, start, end, "good", "attached throughout, without a write"),
    text(create, 350, ["claims the pair"], { kind: "small faint", anchor: "middle" }),
    text(remove, 350, ["sees the claim, and does nothing"], { kind: "small faint", anchor: "middle" }),
  );
}

/** A create: look, write, look. */
function create() {
  return picture(
    {
      width: 760,
      height: 340,
      title: "A create: look first, write only what is missing, and look again until the cloud shows it",
    },
    text(30, 36, "A create: look, write, look", { kind: "strong" }),
    labelled(30, 120, 140, 56, ["look", "is it attached?"], "ours"),
    labelled(300, 120, 140, 56, ["write", "attach"], "ours"),
    labelled(570, 120, 160, 56, ["look", "does the cloud show it?"], "ours"),
    line("M170 148 H300"),
    text(235, 140, "no", { kind: "small", anchor: "middle" }),
    line("M440 148 H570"),
    text(505, 132, ["accepted,", "or no answer"], { kind: "small", anchor: "middle", leading: 34 }),
    line("M650 120 V78 H606"),
    text(658, 100, "yes", { kind: "small" }),
    labelled(456, 60, 150, 36, ["created"], "good"),
    line("M100 120 V78 H130"),
    text(108, 100, "yes", { kind: "small" }),
    labelled(130, 60, 210, 36, ["adopted: no write"], "good"),
    line("M650 176 V228 H370 V176"),
    text(
      505,
      246,
      [
        "busy, throttled, or not shown after 10 s: wait and write again, until",
        "customTimeouts ends it; an unclear failure is tried 4 times in all",
      ],
      { kind: "small", anchor: "middle", leading: 16 },
    ),
    line("M100 176 V240"),
    text(108, 206, ["an end does not exist:", "look again for 12 s"], { kind: "small", leading: 16 }),
    labelled(30, 240, 140, 36, ["error, no write"], "bad"),
    text(
      30,
      316,
      "Once a write went out, a failure keeps the id in state: the next pulumi up looks again and does what is missing.",
      { kind: "small faint" },
    ),
  );
}

/** The terminal after `npm start`. */
function terminal() {
  const lines = ["$ npm start", ...fs.readFileSync(recording, "utf8").trimEnd().split("\n")];
  const [leading, top] = [17, 34];
  /** @type {(shown: string) => string} */
  const kindOf = (shown) => (/^\s*\$|^\d\. /.test(shown) ? "mono blue" : "mono");
  const width = 40 + Math.max(...lines.map(({ length }) => length)) * 7.3;
  return picture(
    { width: Math.ceil(width), height: top + lines.length * leading + 10, title: "What npm start prints" },
    lines.flatMap((shown, index) => text(20, top + index * leading, shown, { kind: kindOf(shown) })),
  );
}

/** What `cloud-attachments graph` draws of what `diff --json` printed. */
function difference() {
  const { documentIn } = require("../../cli/dist/document.js");
  const { graphOf } = require("../../cli/dist/graph/model.js");
  const { dot } = require("../../cli/dist/graph/dot.js");
  const { svg } = require("../../cli/dist/graph/svg.js");
  const file = path.join(folder, "difference.json");
  return svg(dot(graphOf(documentIn(fs.readFileSync(file, "utf8"), file).attachments)));
}

/** @returns {Promise<Record<string, string>>} the text of each file */
export async function pictures() {
  return {
    "difference.svg": await difference(),
    "ownership.svg": ownership(),
    "rename.svg": rename(),
    "create.svg": create(),
    "npm-start.svg": terminal(),
  };
}
