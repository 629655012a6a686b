// What loading costs, in child processes of their own: the best of several, since noise only ever adds.
import path from "node:path";
import { run } from "../lib/run.mjs";
import { root } from "../setup.mjs";

const ROUNDS = 7;
/** @param {string} name */
const installed = (name) => JSON.stringify(path.join(root, "node_modules", name));

const clock = `
const since = (started) => Number(process.hrtime.bigint() - started) / 1e6;
const load = (name) => { const started = process.hrtime.bigint(); require(name); return since(started); };
process.chdir(${JSON.stringify(root)});`;

const scripts = {
  /** The package, in a program that has @pulumi/pulumi. */
  program: `${clock}
require(${installed("@pulumi/pulumi")});
console.log(load(${installed("pulumi-cloud-attachments")}));`,
  /** \`runtime\`, in a provider process that has @pulumi/pulumi. */
  runtime: `${clock}
require(${installed("@pulumi/pulumi")});
console.log(load(${installed("pulumi-cloud-attachments/dist/runtime.js")}));`,
};

/** @param {string} make - an expression for a new resource */
const registering = (make) => `${clock}
const pulumi = require(${installed("@pulumi/pulumi")});
const attach = require(${installed("pulumi-cloud-attachments")});
pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: ({ inputs }) => inputs });
const provider = { create: async (inputs) => ({ id: "x", outs: inputs }) };
class Plain extends pulumi.dynamic.Resource {
  constructor(name, args) {
    const outputs = { networkInterfaceId: undefined, region: undefined, accountId: undefined, confirmed: undefined };
    super(provider, name, { ...outputs, ...args });
  }
}
const started = process.hrtime.bigint();
const ids = Array.from({ length: 1000 }, (_, index) => {
  const args = { instanceId: "i-" + index, securityGroupId: "sg-1", region: "cn-hangzhou" };
  return ${make}.id;
});
Promise.all(ids.map((id) => new Promise((resolve) => id.apply(resolve)))).then(() => console.log(since(started)));`;

/** Milliseconds; \`registering\` is the ratio of ours to a plain dynamic resource with the same arguments and outputs. */
export async function loading() {
  const ours = registering("new attach.alicloud.ecs.SecurityGroupAttachment('r' + index, args)");
  const plain = registering("new Plain('r' + index, args)");
  const best = { program: Infinity, runtime: Infinity, ours: Infinity, plain: Infinity };
  /** @type {[keyof typeof best, string][]} */
  const measured = [
    ["program", scripts.program],
    ["runtime", scripts.runtime],
    ["ours", ours],
    ["plain", plain],
  ];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, script] of measured) {
      best[name] = Math.min(best[name], Number(await run(process.execPath, ["-e", script])));
    }
  }
  return { program: best.program, runtime: best.runtime, registering: best.ours / best.plain };
}
