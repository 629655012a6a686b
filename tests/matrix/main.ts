// `npm run matrix`: every association under every fault. With --write it replaces the page in docs/.
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { FILE, page } from "./matrix";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { write: { type: "boolean", default: false } } });
  const { write } = process.stderr;
  // What the operations tell while they wait.
  process.stderr.write = (() => true) as typeof write;
  const { text, cells, broken } = await page();
  process.stderr.write = write;
  const file = path.resolve(__dirname, "../..", FILE);
  if (values.write) fs.writeFileSync(file, text);
  else console.log(text);
  console.log(`${cells} cells tried, ${broken} do not hold${values.write ? `; written to ${FILE}` : ""}`);
  process.exit(broken > 0 ? 1 : 0);
}

void main();
