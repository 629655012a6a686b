// The environment of child processes: no real cloud, nobody's Pulumi account, no question asked.
import path from "node:path";

// Whole families, for what the vendors' own programs read, too. A test holds them against the names in `providers`.
const dropped = [
  /^(OS|HW|HUAWEICLOUD|ALICLOUD|ALIBABA_CLOUD|ALIBABACLOUD|TENCENTCLOUD|TCCLI|TKE|AWS)_/,
  /^PULUMI_(?!CLOUD_ATTACHMENTS_)/,
  // The Alibaba Cloud packages' names for endpoints (ECS_ENDPOINT) and timeouts.
  /_ENDPOINT$/,
  /^CLIENT_(READ|CONNECT)_TIMEOUT$/,
  // Where a clouds.yaml is looked for.
  /^XDG_CONFIG_HOME$/,
];

/**
 * A copy of `env` without the variables that name a real cloud, its credentials, or a Pulumi backend; our own settings
 * (PULUMI_CLOUD_ATTACHMENTS_*) stay. REMOTE=1 says that a real cloud is meant: then nothing is dropped.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function cleanEnvironment(env = process.env) {
  if (env.REMOTE === "1") return { ...env };
  const kept = Object.entries(env).filter(([name]) => !dropped.some((pattern) => pattern.test(name)));
  return Object.fromEntries(kept);
}

/**
 * A copy of `env` whose PATH begins with this Pulumi CLI.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {Pick<import("./pulumi-cli.mjs").Cli, "folder">} cli
 */
export function withPulumi(env, cli) {
  const name = Object.keys(env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  return { ...env, [name]: [cli.folder, env[name]].filter(Boolean).join(path.delimiter) };
}

/**
 * Settings under which Pulumi keeps all it writes in `folder` (state and home, so plugins and credentials too), uses
 * no network and asks nothing.
 *
 * @param {string} folder
 */
export function offlinePulumi(folder) {
  return {
    PULUMI_HOME: path.join(folder, "home"),
    PULUMI_BACKEND_URL: `file://${folder.split(path.sep).join("/")}`,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_CREDENTIAL_STORE: "plaintext",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    PULUMI_SKIP_CONFIRMATIONS: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

/**
 * The environment in which examples run: this Pulumi CLI, all that it writes in `folder`, and nothing of the user's clouds
 * unless REMOTE=1 says so.
 *
 * @param {Pick<import("./pulumi-cli.mjs").Cli, "folder">} cli
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function examplesEnvironment(cli, folder, env = process.env) {
  return {
    ...withPulumi(cleanEnvironment(env), cli),
    ...offlinePulumi(folder),
    // None of the user's profiles either.
    ...(env.REMOTE === "1" ? {} : { HOME: folder, USERPROFILE: folder }),
    // `npm test` checks the examples' types; here the seconds count.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
  };
}
