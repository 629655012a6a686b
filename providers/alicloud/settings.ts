import { endpoint, hostLabel } from "../core/cloud/endpoint";
import type { Vendor } from "../core/contract/cloud";
import {
  flag,
  from,
  grouped,
  number,
  type SettingTable,
  scheme,
  secret,
  textOf,
  typed,
} from "../core/util/settings";

/**
 * All settings, by the names that the code has for them. Sources: the Pulumi package's configuration reference
 * (https://www.pulumi.com/registry/packages/alicloud/installation-configuration/) and the Terraform provider under it; for
 * ALIBABA_CLOUD_* also the documentation of @alicloud/credentials.
 */
export const names = {
  region: from("alicloud:region", "ALICLOUD_REGION", "ALIBABA_CLOUD_REGION", "ALIBABA_CLOUD_REGION_ID"),

  accessKey: from(
    "alicloud:accessKey",
    "ALICLOUD_ACCESS_KEY",
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALIBABACLOUD_ACCESS_KEY_ID",
  ),
  secretKey: secret(
    "alicloud:secretKey",
    "ALICLOUD_SECRET_KEY",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABACLOUD_ACCESS_KEY_SECRET",
  ),
  securityToken: secret(
    "alicloud:securityToken",
    "ALICLOUD_SECURITY_TOKEN",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
    "ALIBABACLOUD_SECURITY_TOKEN",
  ),
  profile: from("alicloud:profile", "ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"),
  sharedCredentialsFile: from("alicloud:sharedCredentialsFile", "ALICLOUD_SHARED_CREDENTIALS_FILE"),
  sdkCredentialsFile: from(undefined, "ALIBABA_CLOUD_CREDENTIALS_FILE"),
  noCurrentProfile: flag(undefined, "ALIBABA_CLOUD_CLI_PROFILE_DISABLED"),
  ecsRoleName: from("alicloud:ecsRoleName", "ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"),
  oidcProviderArn: from("alicloud:assumeRoleWithOidc.oidcProviderArn", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"),
  oidcToken: secret("alicloud:assumeRoleWithOidc.oidcToken", "ALIBABA_CLOUD_OIDC_TOKEN"),
  oidcTokenFile: from("alicloud:assumeRoleWithOidc.oidcTokenFile", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"),
  credentialsUri: typed(
    (text, what, settings) => endpoint(text, what, settings, { path: true, query: true }),
    secret("alicloud:credentialsUri", "ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"),
  ),

  /** With an OIDC provider beside it, the second variable is the role of that. */
  roleArn: from("alicloud:assumeRole.roleArn", "ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"),
  sessionName: from(
    "alicloud:assumeRole.sessionName",
    "ALICLOUD_ASSUME_ROLE_SESSION_NAME",
    "ALIBABA_CLOUD_ROLE_SESSION_NAME",
  ),
  duration: number("alicloud:assumeRole.sessionExpiration", "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION"),
  externalId: secret("alicloud:assumeRole.externalId"),
  policy: from("alicloud:assumeRole.policy"),

  essEndpoint: from("alicloud:endpoints.ess", "ALIBABA_CLOUD_ENDPOINT_ESS", "ESS_ENDPOINT"),
  ecsEndpoint: from("alicloud:endpoints.ecs", "ALIBABA_CLOUD_ENDPOINT_ECS", "ECS_ENDPOINT"),
  ensEndpoint: from("alicloud:endpoints.ens", "ALIBABA_CLOUD_ENDPOINT_ENS", "ENS_ENDPOINT"),
  stsEndpoint: from("alicloud:endpoints.sts", "ALIBABA_CLOUD_ENDPOINT_STS", "STS_ENDPOINT"),
  stsRegion: typed(hostLabel, from(undefined, "ALIBABA_CLOUD_STS_REGION")),
  vpcEndpoint: flag(undefined, "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"),
  protocol: scheme("alicloud:protocol"),
  readTimeout: number("alicloud:clientReadTimeout", "CLIENT_READ_TIMEOUT"),

  /** Read by the vendor's library, not by us: it asks the metadata service. */
  libraryNoMetadata: from(undefined, "ALIBABA_CLOUD_ECS_METADATA_DISABLED", "ALIBABA_CLOUD_IMDSV1_DISABLED"),
} satisfies SettingTable;

/** The role of the OIDC provider. */
export const oidcRole = {
  roleArn: from("alicloud:assumeRoleWithOidc.roleArn", "ALIBABA_CLOUD_ROLE_ARN"),
  sessionName: from("alicloud:assumeRoleWithOidc.roleSessionName", "ALIBABA_CLOUD_ROLE_SESSION_NAME"),
  duration: number("alicloud:assumeRoleWithOidc.sessionExpiration"),
  policy: from("alicloud:assumeRoleWithOidc.policy"),
} satisfies SettingTable;

/** What is said of the vendor without a login. */
export const vendor: Vendor = {
  name: "alicloud",
  title: "Alibaba Cloud",
  tenant: "account",
  settings: { ...names, ...grouped("oidc", oidcRole) },
  region: (settings) => textOf(settings, names.region),
};
