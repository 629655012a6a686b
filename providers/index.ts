/**
 * Pulumi dynamic resources that tie two cloud resources which already exist, one namespace a cloud.
 * Importing this loads no SDK.
 */
export * as alicloud from "./alicloud";
export * as tencentcloud from "./tencentcloud";
