import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./pulumi-project";

/** The example of a document that begins with the comment `// <name>`: `exampleOf("docs/components.md", "index.ts")`. */
export function exampleOf(document: string, name: string): string {
  const [, after] = readFileSync(join(root, document), "utf8").split(`\n\`\`\`ts\n// ${name}\n`);
  const [text] = (after ?? "").split("\n```\n");
  if (!text) throw new Error(`${document} has no example named ${name}`);
  return text;
}

/** What a project needs to run such examples; `npm test` checks their types once, for all documents. */
export const inTypeScript = {
  yaml: { runtime: { name: "nodejs" } },
  env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true" },
};
