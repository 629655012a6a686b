import { endpoint, hostLabel } from "../core/cloud/endpoint";
import { type Setting, type Settings, settingOf, textOf } from "../core/util/settings";
import { names } from "./settings";

/** The products we call, and the version of each API. */
export const versions = {
  ess: "2014-08-28",
  ecs: "2014-05-26",
  ens: "2017-11-10",
  sts: "2015-04-01",
} as const;

/** A product of Alibaba Cloud. */
export type Product = keyof typeof versions;

/** Where each can be told to answer. */
export const endpoints = {
  ess: names.essEndpoint,
  ecs: names.ecsEndpoint,
  ens: names.ensEndpoint,
  sts: names.stsEndpoint,
} satisfies Record<Product, Setting>;

/**
 * Where a product answers, in the order of the vendor's Pulumi package: config `alicloud:endpoints`, environment
 * ALIBABA_CLOUD_ENDPOINT_<PRODUCT> and <PRODUCT>_ENDPOINT, the vendor's table. An endpoint may come with or without scheme;
 * without one, config `alicloud:protocol` (default HTTPS) decides.
 *
 * @throws Error if the endpoint is malformed, or plain http to another machine without being allowed.
 */
export function endpointOf(product: Product, region: string, settings: Settings): URL {
  const host = textOf(settings, endpoints[product]) ?? vendorHost(product, region, settings);
  const scheme = settingOf(settings, names.protocol) ?? "https";
  return endpoint(host, `the endpoint of ${product} (alicloud:endpoints)`, settings, { scheme });
}

function vendorHost(product: Product, region: string, settings: Settings): string {
  switch (product) {
    case "ess":
      return essCentral.has(region) ? "ess.aliyuncs.com" : `ess.${hostLabel(region, "region")}.aliyuncs.com`;
    case "ecs":
      return ecsSpecial[region] ?? `ecs.${hostLabel(region, "region")}.aliyuncs.com`;
    case "ens":
      // One for all: what ENS calls regions are its edge nodes (EnsRegionId).
      return "ens.aliyuncs.com";
    case "sts":
      return stsHost(settings);
  }
}

/** The settings of the vendor's credentials library (@alicloud/credentials 2.4.7), which default to the central endpoint. */
function stsHost(settings: Settings): string {
  const region = settingOf(settings, names.stsRegion);
  if (!region) return "sts.aliyuncs.com";
  const front = settingOf(settings, names.vpcEndpoint) ? "sts-vpc" : "sts";
  return `${front}.${region}.aliyuncs.com`;
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
