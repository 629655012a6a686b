import { flag, type Settings, settingOf } from "../util/settings";

/** Allows unencrypted endpoints. */
export const allowPlainHttp = flag(
  "pulumi-cloud-attachments:allowPlainHttp",
  "PULUMI_CLOUD_ATTACHMENTS_ALLOW_PLAIN_HTTP",
);

/**
 * Keeps credentials from travelling in the clear: plain http goes to this machine only, or where the user says so.
 * @throws Error if `url` is plain http to another machine, and nothing allows it.
 */
export function assertPlainHttpAllowed(url: URL, settings: Settings): void {
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
