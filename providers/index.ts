/**
 * Pulumi dynamic resources that tie two cloud resources which already exist, one namespace a cloud.
 * Importing this loads no SDK.
 */
import { inheritFromSdk } from "./core/program/dynamic-resource";

export * as alicloud from "./alicloud";
export type { CommonInputs, ConnectionInputs } from "./core/program/resource";
export * as huaweicloud from "./huaweicloud";
export * as openstack from "./openstack";
export * as opentelekomcloud from "./opentelekomcloud";
export * as tencentcloud from "./tencentcloud";

inheritFromSdk();
