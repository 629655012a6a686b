import { endpoint, hostLabel } from "../core/cloud/endpoint";
import { type Setting, type Settings, settingOf, textOf } from "../core/util/settings";
import { names } from "./settings";

/** The services we call, and the version of each API. */
export const versions = { cvm: "2017-03-12", sts: "2018-08-13" } as const;

/** A service of Tencent Cloud. */
export type Service = keyof typeof versions;

/** Where each can be told to answer. */
export const endpoints = { cvm: names.cvmEndpoint, sts: names.stsEndpoint } satisfies Record<
  Service,
  Setting
>;

/**
 * Where a service answers: config `tencentcloud:endpoints` (`{ cvm, sts }`, each a host with or without scheme and port; the
 * vendor's package has no such key), else `<service>.<domain>` with config `tencentcloud:domain` or TENCENTCLOUD_DOMAIN, by
 * `tencentcloud:protocol` or TENCENTCLOUD_PROTOCOL (default HTTPS).
 *
 * @throws Error if the endpoint is malformed, or plain http to another machine without being allowed.
 */
export function endpointOf(service: Service, region: string, settings: Settings): URL {
  const own = textOf(settings, endpoints[service]);
  const scheme = settingOf(settings, names.protocol) ?? "https";
  const host = own ?? `${service}.${domainOf(region, settings)}`;
  return endpoint(host, `the endpoint of ${service} (tencentcloud:endpoints)`, settings, { scheme });
}

function domainOf(region: string, settings: Settings): string {
  const domain = textOf(settings, names.domain);
  if (domain) return domain;
  // "A financial zone is isolated and accessible only by its own domain name" (Making Requests, CVM API 3.0).
  return region.endsWith("-fsi")
    ? `${hostLabel(region, "region")}.tencentcloudapi.com`
    : "tencentcloudapi.com";
}
