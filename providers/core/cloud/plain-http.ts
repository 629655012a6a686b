import { booleanSetting, type Settings } from "../util/settings";

/** Config key and environment variable that allow unencrypted endpoints. */
export const ALLOW_PLAIN_HTTP_CONFIG = "pulumi-cloud-attachments:allowPlainHttp";
export const ALLOW_PLAIN_HTTP_ENV = "PULUMI_CLOUD_ATTACHMENTS_ALLOW_PLAIN_HTTP";

/**
 * Keeps credentials from travelling in the clear: plain http goes to this machine only, or where the user says so.
 * @throws Error if `url` is plain http to another machine, and nothing allows it.
 */
export function assertPlainHttpAllowed(url: URL, settings: Settings): void {
  if (url.protocol !== "http:" || isLoopback(url.hostname)) return;
  if (booleanSetting(settings, ALLOW_PLAIN_HTTP_CONFIG, ALLOW_PLAIN_HTTP_ENV)) return;
  throw new Error(
    `http://${url.host} is not encrypted, and credentials would travel in the clear; use https, or allow it with: ` +
      `pulumi config set ${ALLOW_PLAIN_HTTP_CONFIG} true (or ${ALLOW_PLAIN_HTTP_ENV}=true)`,
  );
}

/**
 * An endpoint as configured, or as told by the cloud, checked before anything is sent to it.
 *
 * @param what - names it in errors: `the endpoint OS_AUTH_URL`.
 * @throws Error if it is no http(s) URL, holds credentials or a query, or {@link assertPlainHttpAllowed} refuses it.
 */
export function checkedEndpoint(text: string, what: string, settings: Settings): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The text is not shown: it may hold a password.
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error(`${what} is not a URL that begins with https://`);
  if (url.username || url.password)
    throw new Error(`${what} (${url.host}) must not hold a user name or password`);
  if (url.search || url.hash) throw new Error(`${what} (${url.host}) must not hold a query`);
  assertPlainHttpAllowed(url, settings);
  return url;
}

/** Whether a host name of a URL means this machine itself: localhost, 127.0.0.0/8, ::1. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
