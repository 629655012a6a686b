// The pictures of the documentation, drawn from scripts/pictures:
//   node scripts/pictures.mjs            writes docs/pictures
//   node scripts/pictures.mjs --record   runs `npm start` first, whose output one of them shows
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { run } from "./lib/run.mjs";
import { pictures, recording, withoutPaths } from "./pictures/pictures.mjs";
import { main, root, setup } from "./setup.mjs";

const { values } = parseArgs({ options: { record: { type: "boolean", default: false } } });

await main(async () => {
  if (values.record) {
    await setup();
    const printed = await run(process.execPath, [path.join(root, "scripts", "start.mjs")]);
    fs.writeFileSync(recording, withoutPaths(printed));
  }
  const folder = path.join(root, "docs", "pictures");
  for (const [name, text] of Object.entries(await pictures()))
    fs.writeFileSync(path.join(folder, name), text);
});
