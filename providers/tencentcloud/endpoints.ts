import { assertPlainHttpAllowed } from "../core/cloud/plain-http";
import { objectSetting, type Settings, setting } from "../core/util/settings";

/** The services we call, and the version of each API. */
export const versions = { cvm: "2017-03-12", sts: "2018-08-13" } as const;

/** A service of Tencent Cloud. */
export type Service = keyof typeof versions;

/**
 * Where a service answers: config `tencentcloud:endpoints` (`{ cvm, sts }`, each a host with or without scheme and port; the
 * vendor's package has no such key), else `<service>.<domain>` with config `tencentcloud:domain` or TENCENTCLOUD_DOMAIN, by
 * `tencentcloud:protocol` or TENCENTCLOUD_PROTOCOL (default HTTPS).
 *
 * @throws Error if the endpoint is malformed, or plain http to another machine without being allowed.
 */
export function endpointOf(service: Service, region: string, settings: Settings): URL {
  const own = objectSetting<{ [service: string]: unknown }>(settings, "tencentcloud:endpoints")?.[service];
  const host = typeof own === "string" && own !== "" ? own : `${service}.${domainOf(region, settings)}`;
  const protocol = setting(settings, "tencentcloud:protocol", "TENCENTCLOUD_PROTOCOL") ?? "https";
  const text = /^[a-z]+:\/\//i.test(host) ? host : `${protocol.toLowerCase()}://${host}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.username || url.search) {
    throw new Error(
      `the endpoint of ${service} must be a host, or http(s)://host, each with a port if need be, not "${host}"`,
    );
  }
  assertPlainHttpAllowed(url, settings);
  return url;
}

function domainOf(region: string, settings: Settings): string {
  const domain = setting(settings, "tencentcloud:domain", "TENCENTCLOUD_DOMAIN");
  if (domain) return domain;
  // "A financial zone is isolated and accessible only by its own domain name" (Making Requests, CVM API 3.0).
  return region.endsWith("-fsi") ? `${region}.tencentcloudapi.com` : "tencentcloudapi.com";
}
