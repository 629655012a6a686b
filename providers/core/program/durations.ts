import type { CustomTimeouts } from "@pulumi/pulumi";
import type { Timeouts } from "../contract/inputs";
import { programError } from "./sdk";

const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };

/**
 * `customTimeouts` as seconds. The engine never hands them to a dynamic provider, so they travel as a hidden input.
 *
 * @param owner - the resource, for the error: `alicloud.ess.VServerGroupAttachment "web"`.
 * @throws RunError for a text that is not a duration such as `90s`, `10m` or `1h30m`.
 */
export function toSeconds(custom: CustomTimeouts | undefined, owner: string): Timeouts | undefined {
  if (!custom) return undefined;
  const result: Timeouts = {};
  for (const operation of ["create", "update", "delete"] as const) {
    const text = custom[operation];
    if (text === undefined) continue;
    if (!/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text)) {
      throw programError(
        `${owner}: customTimeouts.${operation}: "${text}" is not a duration such as "90s", "10m" or "1h30m"`,
      );
    }
    let seconds = 0;
    for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/gy)) {
      seconds += Number(amount) * (units[unit as string] as number);
    }
    result[operation] = seconds;
  }
  return Object.keys(result).length ? result : undefined;
}
