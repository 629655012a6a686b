import type { Vendor } from "../core/contract/cloud";
import { flag, from, secret, textOf } from "../core/util/settings";

/**
 * The settings of a cloud whose login is Keystone's, by the names of clouds.yaml. Sources: the Pulumi package's configuration
 * reference (https://www.pulumi.com/registry/packages/openstack/installation-configuration/), the Terraform provider under
 * it, and for clouds.yaml https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html.
 *
 * @param prefix - of the config keys: `openstack`.
 */
export function keystoneSettings(prefix: string) {
  const at = (key: string) => `${prefix}:${key}`;
  return {
    /** What stands in `auth`. */
    auth: {
      auth_url: from(at("authUrl"), "OS_AUTH_URL"),
      user_id: from(at("userId"), "OS_USER_ID"),
      username: from(at("userName"), "OS_USERNAME"),
      password: secret(at("password"), "OS_PASSWORD"),
      token: secret(at("token"), "OS_TOKEN", "OS_AUTH_TOKEN"),
      application_credential_id: from(at("applicationCredentialId"), "OS_APPLICATION_CREDENTIAL_ID"),
      application_credential_name: from(at("applicationCredentialName"), "OS_APPLICATION_CREDENTIAL_NAME"),
      application_credential_secret: secret(
        at("applicationCredentialSecret"),
        "OS_APPLICATION_CREDENTIAL_SECRET",
      ),
      project_id: from(at("tenantId"), "OS_TENANT_ID", "OS_PROJECT_ID"),
      project_name: from(at("tenantName"), "OS_TENANT_NAME", "OS_PROJECT_NAME"),
      user_domain_id: from(at("userDomainId"), "OS_USER_DOMAIN_ID"),
      user_domain_name: from(at("userDomainName"), "OS_USER_DOMAIN_NAME"),
      project_domain_id: from(at("projectDomainId"), "OS_PROJECT_DOMAIN_ID"),
      project_domain_name: from(at("projectDomainName"), "OS_PROJECT_DOMAIN_NAME"),
      domain_id: from(at("domainId"), "OS_DOMAIN_ID"),
      domain_name: from(at("domainName"), "OS_DOMAIN_NAME"),
      default_domain: from(at("defaultDomain"), "OS_DEFAULT_DOMAIN"),
    },
    /** What would make another login of it than ours: refused. */
    refused: {
      system_scope: from(at("systemScope"), "OS_SYSTEM_SCOPE"),
      passcode: secret(at("passcode"), "OS_PASSCODE"),
      trust_id: from(undefined, "OS_TRUST_ID"),
      identity_provider: from(undefined, "OS_IDENTITY_PROVIDER"),
      protocol: from(undefined, "OS_PROTOCOL"),
    },
    /** What stands beside `auth`. */
    beside: {
      cloud: from(at("cloud"), "OS_CLOUD"),
      auth_type: from(undefined, "OS_AUTH_TYPE"),
      identity_api_version: from(undefined, "OS_IDENTITY_API_VERSION"),
      region_name: from(at("region"), "OS_REGION_NAME"),
      interface: from(at("endpointType"), "OS_ENDPOINT_TYPE", "OS_INTERFACE"),
      compute_endpoint_override: from(at("endpointOverrides.compute")),
      network_endpoint_override: from(at("endpointOverrides.network")),
      cacert: from(at("cacertFile"), "OS_CACERT"),
      cert: from(at("cert"), "OS_CERT"),
      key: secret(at("key"), "OS_KEY"),
      insecure: flag(at("insecure"), "OS_INSECURE"),
      config_file: from(undefined, "OS_CLIENT_CONFIG_FILE"),
      secure_file: from(undefined, "OS_CLIENT_SECURE_FILE"),
    },
  };
}

/** The settings of one such cloud. */
export type KeystoneSettings = ReturnType<typeof keystoneSettings>;

export const names = keystoneSettings("openstack");

/** What is said of the vendor without a login. */
export const vendor: Vendor = {
  name: "openstack",
  title: "OpenStack",
  tenant: "project",
  settings: { ...names.auth, ...names.refused, ...names.beside },
  // A profile is another cloud, with regions of its own.
  region: (settings, connection) =>
    connection?.profile ? undefined : textOf(settings, names.beside.region_name),
};
