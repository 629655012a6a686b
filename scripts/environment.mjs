// The environment of child processes: no real cloud, nobody's Pulumi account, no question asked.
import path from "node:path";

const dropped = [
  /^(OS|HW|HUAWEICLOUD|ALICLOUD|ALIBABA_CLOUD|ALIBABACLOUD|TENCENTCLOUD|TCCLI|TKE|AWS)_/,
  /^PULUMI_(?!CLOUD_ATTACHMENTS_)/,
  // The Alibaba Cloud packages' names for endpoints, and for the time that an answer may take.
  /^(ECS|ESS|ENS|STS)_ENDPOINT$/,
  /^CLIENT_READ_TIMEOUT$/,
];

/**
 * A copy of `env` without the variables that name a real cloud, its credentials, or a Pulumi backend; our own settings
 * (PULUMI_CLOUD_ATTACHMENTS_*) stay. REMOTE=1 says that a real cloud is meant: then nothing is dropped.
 */
export function cleanEnvironment(env = process.env) {
  if (env.REMOTE === "1") return { ...env };
  const kept = Object.entries(env).filter(([name]) => !dropped.some((pattern) => pattern.test(name)));
  return Object.fromEntries(kept);
}

/** A copy of `env` whose PATH begins with the Pulumi CLI that pulumi-cli.mjs returned. */
export function withPulumi(env, cli) {
  const name = Object.keys(env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  return { ...env, [name]: [cli.folder, env[name]].filter(Boolean).join(path.delimiter) };
}

/**
 * Settings under which Pulumi keeps all it writes in `folder` (state and home, so plugins and credentials too), uses
 * no network and asks nothing.
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
