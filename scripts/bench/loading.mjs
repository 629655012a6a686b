// What loading costs in processor time, in child processes of their own: the best of several, since noise only ever adds.
import path from "node:path";
import { run } from "../lib/run.mjs";

const ROUNDS = 7;

/**
 * The scripts, by what they measure in milliseconds of processor time, for what is installed in `checkout`.
 *
 * @param {string} checkout
 */
function scripts(checkout) {
  const installed = (/** @type {string} */ name) => JSON.stringify(path.join(checkout, "node_modules", name));
  const clock = `
const since = (started) => { const { user, system } = process.cpuUsage(started); return (user + system) / 1000; };
const load = (name) => { const started = process.cpuUsage(); require(name); return since(started); };
process.chdir(${JSON.stringify(checkout)});
const pulumi = require(${installed("@pulumi/pulumi")});`;
  const registering = (/** @type {string} */ make) => `${clock}
const attach = require(${installed("pulumi-cloud-attachments")});
pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: ({ inputs }) => inputs });
const provider = { create: async (inputs) => ({ id: "x", outs: inputs }) };
class Plain extends pulumi.dynamic.Resource {
  constructor(name, args) {
    const outputs = { networkInterfaceId: undefined, region: undefined, accountId: undefined, confirmed: undefined };
    super(provider, name, { ...outputs, ...args });
  }
}
const started = process.cpuUsage();
const ids = Array.from({ length: 1000 }, (_, index) => {
  const args = { instanceId: "i-" + index, securityGroupId: "sg-1", region: "cn-hangzhou" };
  return ${make}.id;
});
Promise.all(ids.map((id) => new Promise((resolve) => id.apply(resolve)))).then(() => console.log(since(started)));`;
  return {
    /** The package, in a program that has @pulumi/pulumi. */
    program: `${clock}\nconsole.log(load(${installed("pulumi-cloud-attachments")}));`,
    /** \`runtime\`, in a provider process that has @pulumi/pulumi. */
    runtime: `${clock}\nconsole.log(load(${installed("pulumi-cloud-attachments/dist/runtime.js")}));`,
    ours: registering("new attach.alicloud.ecs.SecurityGroupAttachment('r' + index, args)"),
    plain: registering("new Plain('r' + index, args)"),
  };
}

/**
 * By checkout, in milliseconds; `registering` is the ratio of ours to a plain dynamic resource with the same arguments and outputs.
 *
 * @param {readonly string[]} checkouts - measured in turns
 */
export async function loading(checkouts) {
  const all = checkouts.map((checkout) => ({
    scripts: scripts(checkout),
    best: { program: Infinity, runtime: Infinity, ours: Infinity, plain: Infinity },
  }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of /** @type {const} */ (["program", "runtime", "ours", "plain"])) {
      for (const { scripts, best } of all) {
        best[name] = Math.min(best[name], Number(await run(process.execPath, ["-e", scripts[name]])));
      }
    }
  }
  return all.map(({ best: { program, runtime, ours, plain } }) => ({
    program,
    runtime,
    registering: ours / plain,
  }));
}
