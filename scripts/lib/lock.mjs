// A lock between processes: a file with the owner's pid, touched while it is held.
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { atExit } from "./at-exit.mjs";
import { withProgress } from "./progress.mjs";

const touchEvery = 5_000;
// A living owner touches the file twelve times in this span; it covers pids that mean nothing here (containers, reuse).
const staleAfter = 60_000;

/**
 * Runs `work` while holding the lock `file`, waiting for another living owner first.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 */
export async function withLock(file, work) {
  await withProgress(`Waiting for the process that holds ${file}`, async () => {
    while (!acquire(file) && !(await takeOver(file))) await sleep(500);
  });
  const release = () => {
    if (isMine(file)) fs.rmSync(file);
  };
  const forget = atExit(release);
  const touch = setInterval(() => {
    if (isMine(file)) fs.utimesSync(file, new Date(), new Date());
  }, touchEvery);
  try {
    return await work();
  } finally {
    clearInterval(touch);
    forget();
    release();
  }
}

/** @param {string} file */
function acquire(file) {
  try {
    fs.writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/**
 * Two may find the same lock stale: the last to put its own in that place has it, and the other one sees that.
 *
 * @param {string} file
 */
async function takeOver(file) {
  if (!isStale(file)) return false;
  const own = `${file}.${process.pid}`;
  fs.writeFileSync(own, String(process.pid));
  fs.renameSync(own, file);
  await sleep(200);
  return isMine(file);
}

/** @param {string} file */
function isMine(file) {
  return fs.existsSync(file) && fs.readFileSync(file, "utf8") === String(process.pid);
}

/** @param {string} file */
function isStale(file) {
  try {
    const age = Date.now() - fs.statSync(file).mtimeMs;
    const owner = Number(fs.readFileSync(file, "utf8"));
    return age > staleAfter || (owner > 0 && !isAlive(owner));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code;
}
