import { createHash } from "node:crypto";
import type { Cloud } from "../contract/cloud";
import { memoized } from "../util/memoized";
import type { Settings, SettingTable } from "../util/settings";
import { allowPlainHttp } from "./endpoint";
import { requestsPerSecond } from "./rate-limit";

/** What every login depends on, whatever the cloud: how it is reached, and where the home folder with its files is. */
export const commonSettings = {
  allowPlainHttp,
  requestsPerSecond,
  httpProxy: { env: ["http_proxy", "HTTP_PROXY"] },
  httpsProxy: { env: ["https_proxy", "HTTPS_PROXY"] },
  noProxy: { env: ["no_proxy", "NO_PROXY"] },
  home: { env: ["HOME"] },
  configHome: { env: ["XDG_CONFIG_HOME"] },
} as const satisfies SettingTable;

let count = 0;
const numberOf = memoized((_cloud: object) => ++count);

/** By settings and cloud: every operation asks, and settings stay as they are. */
const keysOf = memoized((settings: Settings) =>
  memoized((cloud: Pick<Cloud<never>, "settings">) => {
    const rows = Object.values({ ...commonSettings, ...cloud.settings } as SettingTable);
    const values = rows.map(({ config, env = [] }) => [
      config === undefined ? null : (settings.config(config.split(".")[0] ?? "") ?? null),
      ...env.map((name) => settings.env(name) ?? null),
    ]);
    return `${numberOf(cloud)} ${createHash("sha256").update(JSON.stringify(values)).digest("base64")}`;
  }),
);

/** A text that is equal for two settings exactly if a login to `cloud` is the same under both. Holds no secret. */
export function settingsKey(cloud: Pick<Cloud<never>, "settings">, settings: Settings): string {
  return keysOf(settings)(cloud);
}
