import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../kit/until";

/** A state backend that runs on this machine, in a temporary folder. */
export interface Backend {
  /** What a stack's environment needs for it. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts it, or says why it cannot be had here. */
export type Start = () => Promise<Backend | { skipped: string }>;

/** By the name of its protocol. */
export const backends: Record<string, Start> = {
  file: async () => ({ env: {}, stop: async () => {} }),
  postgres,
  s3,
};

/** A port that was free a moment ago, for servers that cannot tell which one they took. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Debian keeps PostgreSQL's programs beside the path, in a folder a version. */
const DEBIAN = "/usr/lib/postgresql";

async function postgres(): Promise<Backend | { skipped: string }> {
  const bin = programsOf();
  if (bin === undefined) return { skipped: "there is no PostgreSQL: apt-get install postgresql" };
  const folder = mkdtempSync(join(tmpdir(), "attachments-postgres-"));
  const data = join(folder, "data");
  mkdirSync(data);
  // PostgreSQL refuses to run as root.
  const own = process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if ("uid" in own) {
    if (own.uid === undefined || own.gid === undefined) {
      remove();
      return { skipped: "PostgreSQL does not run as root, and there is no user postgres" };
    }
    for (const each of [folder, data]) chownSync(each, own.uid, own.gid);
  }
  const ids = own as { uid?: number; gid?: number };
  execFileSync(
    join(bin, "initdb"),
    ["--pgdata", data, "--username", "state", "--auth", "trust", "--no-sync"],
    {
      ...ids,
      cwd: folder,
      stdio: "ignore",
    },
  );
  const port = await freePort();
  const options = ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", folder, "-c", "fsync=off"];
  const server = spawn(join(bin, "postgres"), options, { ...ids, cwd: folder, stdio: "ignore" });
  const isReady = () =>
    spawnSync(join(bin, "pg_isready"), ["-h", "127.0.0.1", "-p", String(port)]).status === 0;
  await until(() => isReady() || server.exitCode !== null);
  const url = `postgres://state@127.0.0.1:${port}/postgres?sslmode=disable`;
  return {
    env: { PULUMI_BACKEND_URL: url },
    async stop() {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      // A fast shutdown.
      server.kill("SIGINT");
      await ended;
      remove();
    },
  };
}

function programsOf(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(DEBIAN, version, "bin")),
    ...(process.env.PATH ?? "").split(":"),
  ];
  return folders.find((folder) =>
    ["initdb", "postgres", "pg_isready"].every((name) => existsSync(join(folder, name))),
  );
}

function idOf(kind: "-u" | "-g"): number | undefined {
  const { status, stdout } = spawnSync("id", [kind, "postgres"], { encoding: "utf8" });
  return status === 0 ? Number(stdout) : undefined;
}

const BUCKET = "states";

/** moto's server (PyPI: moto[server]), which keeps an S3 in memory. */
async function s3(): Promise<Backend | { skipped: string }> {
  if (spawnSync("moto_server", ["--help"], { stdio: "ignore" }).status !== 0) {
    return { skipped: "there is no S3-compatible server: pip install 'moto[server]'" };
  }
  const port = await freePort();
  const at = `http://127.0.0.1:${port}`;
  const server = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: "ignore",
    detached: true,
  });
  const create = () =>
    fetch(`${at}/${BUCKET}`, { method: "PUT" }).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(async () => (await create()) || server.exitCode !== null);
  return {
    env: {
      PULUMI_BACKEND_URL: `s3://${BUCKET}?endpoint=${encodeURIComponent(at)}&s3ForcePathStyle=true&region=us-east-1`,
      AWS_ACCESS_KEY_ID: "testing",
      AWS_SECRET_ACCESS_KEY: "testing",
      AWS_REGION: "us-east-1",
    },
    async stop() {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      // Its group, since what pyenv installs is started by a script.
      if (server.pid !== undefined) process.kill(-server.pid, "SIGTERM");
      await ended;
    },
  };
}
