import type { PreflightError, Vendor } from "../contract/cloud";
import { flag, type Setting, type Settings, settingOf } from "../util/settings";

/** What an address may have beside its host. */
export interface Allowed {
  /** The scheme of an address that has none; without it, one that has none is refused. */
  scheme?: string | undefined;
  path?: boolean;
  query?: boolean;
}

/**
 * The one check of every address that anything is sent to, configured or told by the cloud.
 *
 * @param what - names it in errors: `the endpoint of sts`. The text itself is never shown: it may hold a password.
 * @throws Error if it is no http(s) URL, holds a user name, a password or a fragment, or a path or query that is not
 *   `allowed`; or if it is plain http to another machine, and nothing allows that.
 */
export function endpoint(text: string, what: string, settings: Settings, allowed: Allowed = {}): URL {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const whole =
    hasScheme || allowed.scheme === undefined ? text : `${allowed.scheme.toLowerCase()}://${text}`;
  const [, , authority = ""] = /^(https?):\/\/([^/?#\\]*)/i.exec(whole) ?? [];
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (authority.includes("@")) throw new Error(`${what} must not hold a user name or password`);
  // The parser turns other characters into a host, too: "%65" and "ⓔ" are both an "e".
  if (!url || !/^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d+)?$/i.test(authority)) {
    throw new Error(
      allowed.scheme === undefined
        ? `${what} is not a URL that begins with https://`
        : `${what} must be a host, or http(s)://host, each with a port if need be`,
    );
  }
  if (whole.includes("#") || (whole.includes("?") && !allowed.query)) {
    throw new Error(`${what} (${url.host}) must not hold a query`);
  }
  if (url.pathname !== "/" && !allowed.path) throw new Error(`${what} (${url.host}) must not hold a path`);
  assertPlainHttpAllowed(url, settings);
  return url;
}

/** Allows unencrypted endpoints. */
export const allowPlainHttp = flag(
  "pulumi-cloud-attachments:allowPlainHttp",
  "PULUMI_CLOUD_ATTACHMENTS_ALLOW_PLAIN_HTTP",
);

/**
 * Keeps credentials from travelling in the clear: plain http goes to this machine only, or where the user says so.
 * @throws Error if `url` is plain http to another machine, and nothing allows it.
 */
function assertPlainHttpAllowed(url: URL, settings: Settings): void {
  if (url.protocol !== "http:" || isLoopback(url.hostname) || settingOf(settings, allowPlainHttp)) return;
  throw new Error(
    `http://${url.host} is not encrypted, and credentials would travel in the clear; use https, or allow it with: ` +
      `pulumi config set ${allowPlainHttp.config} true (or ${allowPlainHttp.env?.[0]}=true)`,
  );
}

/** Whether a host name of a URL means this machine itself: localhost, 127.0.0.0/8, ::1. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** A text that becomes part of a host name. @param what - names it in errors. @throws Error if it could choose the host. */
export function hostLabel(text: string, what: string): string {
  if (/^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$/i.test(text)) return text;
  throw new Error(`${what} ${JSON.stringify(text)} is none: it may hold letters, digits and hyphens only`);
}

/** The region, which becomes part of host names. @throws PreflightError if there is none, or if it could choose the host. */
export function regionFor(
  region: string | undefined,
  { title }: Vendor,
  { config, env = [] }: Setting,
): string {
  try {
    if (region) return hostLabel(region, "region");
    const places = `set config ${config} or environment ${env[0]}`;
    throw new Error(`no ${title} region: give the argument \`region\`, or ${places}`);
  } catch (error) {
    throw Object.assign(error as Error, { property: "region" } satisfies Partial<PreflightError>);
  }
}
