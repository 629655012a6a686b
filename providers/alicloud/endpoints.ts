import { assertPlainHttpAllowed } from "../core/cloud/plain-http";
import { firstEnv, objectSetting, type Settings } from "../core/util/settings";

/** The products we call, and the version of each API. */
export const versions = {
  ess: "2014-08-28",
  ecs: "2014-05-26",
  ens: "2017-11-10",
  sts: "2015-04-01",
} as const;

/** A product of Alibaba Cloud. */
export type Product = keyof typeof versions;

/**
 * Where a product answers, in the order of the vendor's Pulumi package: config `alicloud:endpoints`, environment
 * ALIBABA_CLOUD_ENDPOINT_<PRODUCT> and <PRODUCT>_ENDPOINT, the vendor's table. An endpoint may come with or without scheme;
 * without one, config `alicloud:protocol` (default HTTPS) decides.
 *
 * @throws Error if the endpoint is malformed, or plain http to another machine without being allowed.
 */
export function endpointOf(product: Product, region: string, settings: Settings): URL {
  const host = configured(product, settings) ?? vendorHost(product, region, settings);
  const scheme = (settings.config("alicloud:protocol") ?? "https").toLowerCase();
  const text = /^[a-z]+:\/\//i.test(host) ? host : `${scheme}://${host}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.username || url.search) {
    throw new Error(
      `the endpoint of ${product} must be a host, or http(s)://host, each with a port if need be, not "${host}"`,
    );
  }
  assertPlainHttpAllowed(url, settings);
  return url;
}

function configured(product: Product, settings: Settings): string | undefined {
  const name = product.toUpperCase();
  return (
    inConfig(product, settings) ?? firstEnv(settings, [`ALIBABA_CLOUD_ENDPOINT_${name}`, `${name}_ENDPOINT`])
  );
}

/** `alicloud:endpoints` is a list of objects in the vendor's package; one object alone is taken, too. */
function inConfig(product: Product, settings: Settings): string | undefined {
  const value = objectSetting<unknown>(settings, "alicloud:endpoints");
  for (const entry of Array.isArray(value) ? value : [value]) {
    const host = (entry as Record<string, unknown> | null | undefined)?.[product];
    if (typeof host === "string" && host !== "") return host;
  }
  return undefined;
}

function vendorHost(product: Product, region: string, settings: Settings): string {
  switch (product) {
    case "ess":
      return essCentral.has(region) ? "ess.aliyuncs.com" : `ess.${region}.aliyuncs.com`;
    case "ecs":
      return ecsSpecial[region] ?? `ecs.${region}.aliyuncs.com`;
    case "ens":
      // One for all: what ENS calls regions are its edge nodes (EnsRegionId).
      return "ens.aliyuncs.com";
    case "sts":
      return stsHost(settings);
  }
}

/** The settings of the vendor's credentials library (@alicloud/credentials 2.4.7), which default to the central endpoint. */
function stsHost(settings: Settings): string {
  const region = settings.env("ALIBABA_CLOUD_STS_REGION");
  if (!region) return "sts.aliyuncs.com";
  const vpc = settings.env("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED")?.toLowerCase() === "true";
  return `${vpc ? "sts-vpc" : "sts"}.${region}.aliyuncs.com`;
}

/**
 * Regions that ESS serves from its central endpoint; the others have their own. Source: endpoints of Auto Scaling,
 * alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2022-02-22-endpoint (2026-01-28), and for the closed
 * regions the endpoint map of the vendor's ESS clients.
 */
const essCentral: ReadonlySet<string> = new Set([
  "cn-qingdao",
  "cn-beijing",
  "cn-hangzhou",
  "cn-shanghai",
  "cn-nanjing",
  "cn-shenzhen",
  "cn-hongkong",
  "ap-southeast-1",
  "us-east-1",
  "us-west-1",
  "cn-hangzhou-finance",
  "cn-shanghai-finance-1",
  "cn-shenzhen-finance-1",
  "cn-beijing-finance-1",
  "cn-north-2-gov-1",
]);

/** Regions whose ECS endpoint does not follow the rule. Source: @alicloud/ecs20140526 7.11.6, `_endpointMap`. */
const ecsSpecial: Readonly<Record<string, string>> = {
  "cn-hangzhou": "ecs-cn-hangzhou.aliyuncs.com",
  "cn-shanghai-finance-1": "ecs-cn-hangzhou.aliyuncs.com",
  "cn-shenzhen-finance-1": "ecs-cn-hangzhou.aliyuncs.com",
  "cn-north-2-gov-1": "ecs.aliyuncs.com",
  "cn-beijing-gov-1": "ecs.aliyuncs.com",
  "cn-hangzhou-finance": "ecs.aliyuncs.com",
  "cn-zhangbei": "ecs.aliyuncs.com",
  "cn-wuhan": "ecs.aliyuncs.com",
};
