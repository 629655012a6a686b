import { BlockList, isIP } from "node:net";
import { inEnvironment, type Settings } from "../util/settings";
import { isLoopback } from "./endpoint";

/**
 * The proxy that the environment names for `url`: HTTPS_PROXY or HTTP_PROXY by its scheme, unless NO_PROXY lists it; lower
 * case first, as curl does. Never for loopback.
 *
 * @throws Error if it is not the address of an http proxy.
 */
export function proxyFor(url: URL, settings: Settings): URL | undefined {
  if (isLoopback(url.hostname)) return undefined;
  const variable = url.protocol === "https:" ? "https_proxy" : "http_proxy";
  const address = inEnvironment(settings, { env: [variable, variable.toUpperCase()] });
  if (!address || isExempt(url, inEnvironment(settings, { env: ["no_proxy", "NO_PROXY"] }) ?? ""))
    return undefined;
  const text = address.includes("://") ? address : `http://${address}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (!proxy || !/^https?:$/.test(proxy.protocol)) {
    // The value is not shown: it may hold a password.
    throw new Error(
      `${variable.toUpperCase()} is not the address of an http proxy, like http://proxy.example.com:3128`,
    );
  }
  return proxy;
}

/** NO_PROXY: `*`, host names (with their subdomains), addresses and CIDR ranges, each with a port if it has one. */
function isExempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => entry === "*" || matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry.includes("/")) return inRange(entry, host);
  if (isIP(entry)) return entry === host;
  const [name = "", onlyPort] = entry.split(":");
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const domain = name.replace(/^\*?\./, "");
  return host === domain || host.endsWith(`.${domain}`);
}

function inRange(range: string, host: string): boolean {
  const [network = "", bits = ""] = range.split("/");
  const family = isIP(network);
  const isSize = /^\d+$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
  if (family === 0 || family !== isIP(host) || !isSize) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family === 4 ? "ipv4" : "ipv6");
  return list.check(host, family === 4 ? "ipv4" : "ipv6");
}
