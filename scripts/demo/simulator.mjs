// The simulated clouds in a process of their own, and what they say about themselves.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import { atExit } from "../lib/at-exit.mjs";
import { root } from "../setup.mjs";

/**
 * Starts the simulator on free loopback ports. Returns its `endpoints`, the `env` that makes Pulumi programs use Alibaba Cloud
 * and OpenStack there, `control` for its control API, and `stop()`. It has to be compiled.
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
  /** @type {typeof import("../../simulator/index.js")} */
  const { environment } = createRequire(import.meta.url)("../../simulator/dist/index.js");

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

  return { endpoints, env: environment(endpoints), control, stop };
}
