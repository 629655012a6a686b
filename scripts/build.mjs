// `npm run build`: compiles what `npm pack` packs, in a fresh clone, too.
import { build, dependencies, main, requireNode } from "./setup.mjs";

await main(async () => {
  requireNode();
  await dependencies();
  await build();
});
