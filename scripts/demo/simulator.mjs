// The simulated clouds in a process of their own, and what they say about themselves.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import readline from "node:readline";
import { atExit } from "../lib/at-exit.mjs";
import { root } from "../setup.mjs";

/**
 * Starts the simulator on free loopback ports. Returns its `endpoints`, `control` for its control API, and `stop()`.
 *
 * @typedef {import("../../simulator/index.js").Endpoints} Endpoints
 * @typedef {Awaited<ReturnType<typeof startSimulator>>} Simulator
 */
export async function startSimulator() {
  const main = path.join(root, "simulator", "dist", "main.js");
  // Detached: a Ctrl-C must not take the clouds away from a `pulumi` that is still finishing.
  const child = spawn(process.execPath, [main], { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  const forget = atExit(() => child.kill());
  const line = await Promise.race([
    once(readline.createInterface(child.stdout), "line").then(([text]) => text),
    once(child, "exit").then(() => Promise.reject(new Error("The simulator ended before it was ready."))),
  ]);
  /** @type {Endpoints} */
  const endpoints = JSON.parse(line);

  /**
   * @param {string} method
   * @param {string} route
   * @param {unknown} [body]
   */
  async function control(method, route, body) {
    const response = await fetch(endpoints.control + route, {
      method,
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The simulator refused ${method} ${route}: ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  async function stop() {
    forget();
    if (child.exitCode !== null) return;
    child.kill();
    await once(child, "exit");
  }

  return { endpoints, control, stop };
}

/**
 * The environment in which the vendors' Pulumi packages, and ours, use the simulator's first account.
 *
 * @param {Endpoints} endpoints
 */
export function simulatorEnvironment({ alicloud, openstack }) {
  return {
    ALICLOUD_REGION: alicloud.regionId,
    ALICLOUD_ACCESS_KEY: alicloud.accessKeyId,
    ALICLOUD_SECRET_KEY: alicloud.accessKeySecret,
    ESS_ENDPOINT: alicloud.ess,
    ECS_ENDPOINT: alicloud.ecs,
    ENS_ENDPOINT: alicloud.ens,
    STS_ENDPOINT: alicloud.sts,
    OS_AUTH_URL: openstack.authUrl,
    OS_USERNAME: openstack.username,
    OS_PASSWORD: openstack.password,
    OS_PROJECT_NAME: openstack.projectName,
    OS_USER_DOMAIN_NAME: openstack.userDomainName,
    OS_PROJECT_DOMAIN_NAME: openstack.projectDomainName,
    OS_REGION_NAME: openstack.region,
  };
}
