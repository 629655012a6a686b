// Stands for Pulumi's provider process: the package that this file's folder has installed makes its requests.
// `node requests.cjs FILE` reads { cases, modules } and prints { states, loaded } as JSON.
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");

/**
 * A case creates a pair; or, if it has the `state` of one that an earlier process created, reads and deletes that.
 *
 * @param {{ handler: string, config: Record<string, string>, inputs: object, state?: { id: string, outs: object } }[]} cases
 * @returns {Promise<{ id: string, outs: object }[]>}
 */
async function drive(cases) {
  const runtime = require("pulumi-cloud-attachments/runtime");
  const states = [];
  for (const { handler, config, inputs, state } of cases) {
    const provider = runtime[handler];
    await provider.configure({ config: { get: (key) => config[key] } });
    if (state) {
      const { id, props } = await provider.read(state.id, state.outs);
      if (id !== state.id) throw new Error(`${handler}: ${state.id} is read as ${id}`);
      await provider.delete(id, props);
      states.push(state);
    } else {
      const { inputs: checked, failures } = await provider.check({}, inputs);
      if (failures?.length) throw new Error(`${handler}: ${JSON.stringify(failures)}`);
      states.push(await provider.create(checked));
    }
  }
  return states;
}

async function main() {
  const { cases, modules } = JSON.parse(readFileSync(process.argv[2], "utf8"));
  const states = await drive(cases);
  const own = createRequire(require.resolve("pulumi-cloud-attachments/runtime"));
  for (const name of modules) own(name);
  const loaded = Object.values(require.cache).map(({ filename, children }) => ({
    filename,
    requires: children.map((child) => child.filename),
  }));
  console.log(JSON.stringify({ states, loaded }));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
