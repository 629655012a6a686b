import type { Vendor } from "../core/contract/cloud";
import {
  flag,
  from,
  grouped,
  list,
  number,
  type SettingTable,
  scheme,
  secret,
  textOf,
} from "../core/util/settings";

/**
 * All settings, by the names that the code has for them. Sources: the Pulumi package's configuration reference
 * (https://www.pulumi.com/registry/packages/tencentcloud/installation-configuration/) and the Terraform provider under it;
 * for TCCLI_*, TENCENTCLOUD_ROLE_* and TENCENTCLOUD_TOKEN the vendor's CLI, for TENCENTCLOUD_SESSION_TOKEN its Node SDK.
 */
export const names = {
  region: from("tencentcloud:region", "TENCENTCLOUD_REGION"),

  enablePodOidc: flag("tencentcloud:enablePodOidc", "TENCENTCLOUD_ENABLE_POD_OIDC"),
  podProvider: from(undefined, "TKE_PROVIDER_ID"),
  podTokenFile: from(undefined, "TKE_WEB_IDENTITY_TOKEN_FILE"),
  podRoleArn: from(undefined, "TKE_ROLE_ARN"),

  secretId: from("tencentcloud:secretId", "TENCENTCLOUD_SECRET_ID"),
  secretKey: secret("tencentcloud:secretKey", "TENCENTCLOUD_SECRET_KEY"),
  securityToken: secret(
    "tencentcloud:securityToken",
    "TENCENTCLOUD_SECURITY_TOKEN",
    "TENCENTCLOUD_SESSION_TOKEN",
    "TENCENTCLOUD_TOKEN",
  ),
  camRoleName: from("tencentcloud:camRoleName", "TENCENTCLOUD_CAM_ROLE_NAME"),
  profile: from("tencentcloud:profile", "TENCENTCLOUD_PROFILE", "TCCLI_PROFILE"),
  sharedCredentialsDir: from("tencentcloud:sharedCredentialsDir", "TENCENTCLOUD_SHARED_CREDENTIALS_DIR"),

  roleArn: from("tencentcloud:assumeRole.roleArn", "TENCENTCLOUD_ASSUME_ROLE_ARN", "TENCENTCLOUD_ROLE_ARN"),
  sessionName: from(
    "tencentcloud:assumeRole.sessionName",
    "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME",
    "TENCENTCLOUD_ROLE_SESSION_NAME",
  ),
  duration: number("tencentcloud:assumeRole.sessionDuration", "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION"),
  externalId: secret("tencentcloud:assumeRole.externalId", "TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID"),
  policy: from("tencentcloud:assumeRole.policy"),
  sourceIdentity: from("tencentcloud:assumeRole.sourceIdentity", "TENCENTCLOUD_ASSUME_ROLE_SOURCE_IDENTITY"),
  serialNumber: from("tencentcloud:assumeRole.serialNumber", "TENCENTCLOUD_ASSUME_ROLE_SERIAL_NUMBER"),
  tokenCode: secret("tencentcloud:assumeRole.tokenCode", "TENCENTCLOUD_ASSUME_ROLE_TOKEN_CODE"),
  /** Refused. */
  mfaCertification: from("tencentcloud:mfaCertification"),

  allowedAccountIds: list("tencentcloud:allowedAccountIds"),
  forbiddenAccountIds: list("tencentcloud:forbiddenAccountIds"),

  /** The vendor's package has no such key. */
  cvmEndpoint: from("tencentcloud:endpoints.cvm"),
  stsEndpoint: from("tencentcloud:endpoints.sts"),
  domain: from("tencentcloud:domain", "TENCENTCLOUD_DOMAIN"),
  protocol: scheme("tencentcloud:protocol", "TENCENTCLOUD_PROTOCOL"),
} satisfies SettingTable;

const role = (object: string) => ({
  roleArn: from(`${object}.roleArn`, "TENCENTCLOUD_ASSUME_ROLE_ARN"),
  sessionName: from(`${object}.sessionName`, "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME"),
  duration: number(`${object}.sessionDuration`, "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION"),
});
const web = "tencentcloud:assumeRoleWithWebIdentity";
const samls = "tencentcloud:assumeRoleWithSaml";

export const webIdentity = {
  token: secret(`${web}.webIdentityToken`, "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN"),
  party: from(`${web}.providerId`, "TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID"),
  ...role(web),
};

export const saml = {
  token: secret(`${samls}.samlAssertion`, "TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION"),
  party: from(`${samls}.principalArn`, "TENCENTCLOUD_ASSUME_ROLE_PRINCIPAL_ARN"),
  ...role(samls),
};

/** What is said of the vendor without a login. */
export const vendor: Vendor = {
  name: "tencentcloud",
  title: "Tencent Cloud",
  tenant: "account",
  settings: { ...names, ...grouped("webIdentity", webIdentity), ...grouped("saml", saml) },
  region: (settings) => textOf(settings, names.region),
};
