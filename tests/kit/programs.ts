import assert from "node:assert/strict";
import type { Simulator } from "../../simulator/index";

/** A program of these statements, with short names for what most of them need. */
export function program(...statements: string[]): string {
  return [PREAMBLE, ...statements, ""].join("\n");
}

const PREAMBLE = `"use strict";
const pulumi = require("@pulumi/pulumi");
const attach = require("pulumi-cloud-attachments");
const { VServerGroupAttachment } = attach.alicloud.ess;
/** The n-th VServer group (1 to 4) of the load balancer lb-bp1web, at the scaling group asg-bp1web. */
const web = (n, more) => ({
  scalingGroupId: "asg-bp1web", loadBalancerId: "lb-bp1web", vserverGroupId: "rsp-bp1web0" + n, port: 80, ...more,
});`;

/** Id of `web(n)`. */
export function webId(n: number, port = 80): string {
  return `asg-bp1web:lb-bp1web:${vserverGroup(n)}:${port}`;
}

/** VServer group of `web(n)`. */
export function vserverGroup(n: number): string {
  return `rsp-bp1web0${n}`;
}

/** The scaling group of `web(n)`, in a simulator's world. */
export function webGroup({ world }: Simulator) {
  const found = world.alicloud.scalingGroups["asg-bp1web"];
  assert.ok(found);
  return found;
}
