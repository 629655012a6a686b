import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import type { TlsSettings } from "../core/cloud/http";
import { checkedEndpoint } from "../core/cloud/plain-http";
import type { Where } from "../core/contract/cloud";
import { booleanSetting, firstEnv, objectSetting, type Settings, setting } from "../core/util/settings";
import { type CloudEntry, cloudFromYaml, objectOf, textOf } from "./clouds-yaml";
import type { Identity, Reference } from "./keystone";

/**
 * What a login needs: the names of clouds.yaml, the config keys of the vendor's Pulumi package, the environment variables.
 * Source: https://www.pulumi.com/registry/packages/openstack/installation-configuration/.
 */
const names = {
  auth_url: ["authUrl", "OS_AUTH_URL"],
  user_id: ["userId", "OS_USER_ID"],
  username: ["userName", "OS_USERNAME"],
  password: ["password", "OS_PASSWORD"],
  token: ["token", "OS_TOKEN", "OS_AUTH_TOKEN"],
  application_credential_id: ["applicationCredentialId", "OS_APPLICATION_CREDENTIAL_ID"],
  application_credential_name: ["applicationCredentialName", "OS_APPLICATION_CREDENTIAL_NAME"],
  application_credential_secret: ["applicationCredentialSecret", "OS_APPLICATION_CREDENTIAL_SECRET"],
  project_id: ["tenantId", "OS_TENANT_ID", "OS_PROJECT_ID"],
  project_name: ["tenantName", "OS_TENANT_NAME", "OS_PROJECT_NAME"],
  user_domain_id: ["userDomainId", "OS_USER_DOMAIN_ID"],
  user_domain_name: ["userDomainName", "OS_USER_DOMAIN_NAME"],
  project_domain_id: ["projectDomainId", "OS_PROJECT_DOMAIN_ID"],
  project_domain_name: ["projectDomainName", "OS_PROJECT_DOMAIN_NAME"],
  domain_id: ["domainId", "OS_DOMAIN_ID"],
  domain_name: ["domainName", "OS_DOMAIN_NAME"],
  default_domain: ["defaultDomain", "OS_DEFAULT_DOMAIN"],
  // Access keys, which clouds built with Huawei's software take, too.
  ak: ["accessKey", "OS_ACCESS_KEY"],
  sk: ["secretKey", "OS_SECRET_KEY"],
  security_token: ["securityToken", "OS_SECURITY_TOKEN"],
} as const;

type Name = keyof typeof names;

/** One place that may hold parts of a login. */
type Source = (name: Name) => string | undefined;

/** How to log in, and what to look for in the catalogue then. */
export interface Access {
  authUrl: URL;
  tls: TlsSettings;
  project?: Reference;
  region?: string;
  interface: string;
  /** Endpoints that are used instead of the catalogue's. */
  overrides: { compute?: URL; network?: URL };
  /** A text of clouds.yaml's `auth`, or what stands for it. */
  value(name: Name): string | undefined;
  /** @throws Error that names what is missing, and where it can be set. */
  identity(): Identity;
}

/**
 * The login for `where`: `connection.profile`, config `cloud` or OS_CLOUD names a cloud of clouds.yaml; what it lacks, or
 * everything if there is none, comes from config, then from the environment. What belongs together (a project's id and
 * name, a user's) comes from one place, so that an OS_PROJECT_ID left over from another project does not overrule a
 * configured tenantName. A cloud that the program itself names takes nothing from elsewhere: its Keystone must not be sent
 * another cloud's password.
 *
 * @param prefix - of the config keys: `openstack`.
 * @throws Error that names what is missing, and where it can be set.
 */
export function accessTo(prefix: string, where: Where, settings: Settings): Access {
  if (where.connection?.assumeRole) {
    throw new Error("OpenStack has no roles to assume; give connection.profile, a cloud of clouds.yaml");
  }
  const profile = where.connection?.profile;
  if (profile !== undefined) {
    try {
      return access(prefix, cloudFromYaml(profile, where.region, settings), withoutLogin(settings));
    } catch (error) {
      if (!where.recorded || (error as { code?: string }).code !== "NoSuchCloud") throw error;
    }
  }
  const cloud = setting(settings, `${prefix}:cloud`, "OS_CLOUD");
  return access(prefix, cloud ? cloudFromYaml(cloud, where.region, settings) : undefined, settings);
}

/** Settings that still hold what is not about one cloud: proxies, leave for plain http. */
function withoutLogin(settings: Settings): Settings {
  return {
    config: (key) => (key.startsWith("pulumi-cloud-attachments:") ? settings.config(key) : undefined),
    env: (name) => (name.startsWith("OS_") ? undefined : settings.env(name)),
  };
}

function access(prefix: string, cloud: CloudEntry | undefined, settings: Settings): Access {
  const sources: Source[] = [
    (name) => textOf(objectOf(cloud?.auth)?.[name]),
    (name) => settings.config(`${prefix}:${names[name][0]}`),
    (name) => firstEnv(settings, names[name].slice(1)),
  ];
  const authUrl = first(sources, "auth_url");
  if (!authUrl) {
    throw new Error(
      `no credentials: set config ${prefix}:authUrl (OS_AUTH_URL), or config ${prefix}:cloud (OS_CLOUD) to a cloud of clouds.yaml`,
    );
  }
  const project = reference(sources, "project");
  const region = setting(settings, `${prefix}:region`, "OS_REGION_NAME") ?? regionOf(cloud);
  return {
    authUrl: checkedEndpoint(authUrl, "the authentication URL (authUrl)", settings),
    tls: tlsOf(prefix, settings, cloud),
    ...(project ? { project } : {}),
    ...(region ? { region } : {}),
    interface: interfaceOf(prefix, settings, cloud),
    overrides: {
      ...override("compute", prefix, settings, cloud),
      ...override("network", prefix, settings, cloud),
    },
    value: (name) => first(sources, name),
    identity: () => identityOf(prefix, sources, textOf(cloud?.auth_type)),
  };
}

function first(sources: Source[], ...wanted: Name[]): string | undefined {
  for (const source of sources) {
    for (const name of wanted) {
      const value = source(name);
      if (value !== undefined) return value;
    }
  }
  return undefined;
}

/** By id, or by name in a domain; both from the first place that has either. */
function reference(sources: Source[], kind: "user" | "project"): Reference | undefined {
  const [id, name] =
    kind === "user" ? (["user_id", "username"] as const) : (["project_id", "project_name"] as const);
  const source = sources.find((each) => each(id) ?? each(name));
  if (!source) return undefined;
  const value = source(id);
  return value ? { id: value } : { name: source(name) ?? "", domain: domainOf(sources, kind) };
}

function domainOf(sources: Source[], kind: "user" | "project"): Reference {
  for (const [id, name] of [
    [`${kind}_domain_id`, `${kind}_domain_name`],
    ["domain_id", "domain_name"],
  ] as const) {
    const source = sources.find((each) => each(id) ?? each(name));
    const [byId, byName] = [source?.(id), source?.(name)];
    if (byId) return { id: byId };
    if (byName) return { name: byName };
  }
  return { id: first(sources, "default_domain") ?? "default" };
}

type Method = Identity["method"];

/** The method of the first place that has one, by the most specific of what it has. */
function methodOf(sources: Source[], authType: string | undefined): Method | undefined {
  if (authType) {
    const [, method] = /^(?:v3)?_?(password|token|application_?credential)$/.exec(authType) ?? [];
    if (method) return method.startsWith("app") ? "application_credential" : (method as Method);
    throw new Error(
      `auth_type "${authType}" of clouds.yaml is not supported; use password, token or v3applicationcredential`,
    );
  }
  for (const source of sources) {
    if (source("token")) return "token";
    if (source("application_credential_id") ?? source("application_credential_name"))
      return "application_credential";
    if (source("user_id") ?? source("username")) return "password";
  }
  return undefined;
}

function identityOf(prefix: string, sources: Source[], authType: string | undefined): Identity {
  const need = (name: Name) => {
    const value = first(sources, name);
    if (value !== undefined) return value;
    const [key, variable] = names[name];
    throw new Error(`incomplete credentials: ${name} is missing; set config ${prefix}:${key} or ${variable}`);
  };
  const method = methodOf(sources, authType);
  const user = reference(sources, "user");
  if (method === "token") return { method, token: need("token") };
  if (method === "application_credential") {
    const secret = need("application_credential_secret");
    const id = first(sources, "application_credential_id");
    if (id) return { method, credential: { id }, secret };
    if (!user) need("username");
    return {
      method,
      credential: { name: need("application_credential_name") },
      ...(user ? { user } : {}),
      secret,
    };
  }
  if (!user) {
    throw new Error(
      `no credentials: set config ${prefix}:userName (OS_USERNAME) and password, ${prefix}:token (OS_TOKEN), ` +
        `or ${prefix}:applicationCredentialId (OS_APPLICATION_CREDENTIAL_ID) and its secret`,
    );
  }
  return { method: "password", user, password: need("password") };
}

/** The region of a cloud, or the first of its regions. */
function regionOf(cloud: CloudEntry | undefined): string | undefined {
  const [region] = Array.isArray(cloud?.regions) ? cloud.regions : [];
  return textOf(cloud?.region_name) ?? textOf(region) ?? textOf(objectOf(region)?.name);
}

/** `public`, `internal` or `admin`; older files write `publicURL`. */
function interfaceOf(prefix: string, settings: Settings, cloud: CloudEntry | undefined): string {
  const configured = setting(settings, `${prefix}:endpointType`, "OS_ENDPOINT_TYPE", "OS_INTERFACE");
  const text = configured ?? textOf(cloud?.interface) ?? textOf(cloud?.endpoint_type) ?? "public";
  const name = text.replace(/URL$/, "");
  if (/^(public|internal|admin)$/.test(name)) return name;
  throw new Error(`endpointType (OS_ENDPOINT_TYPE) must be public, internal or admin, not "${text}"`);
}

/** Config `endpointOverrides` by service, as the vendor's package has it; `compute_endpoint_override` in clouds.yaml. */
function override(
  service: "compute" | "network",
  prefix: string,
  settings: Settings,
  cloud: CloudEntry | undefined,
) {
  const configured = objectSetting<Record<string, unknown>>(settings, `${prefix}:endpointOverrides`);
  const text = textOf(configured?.[service]) ?? textOf(cloud?.[`${service}_endpoint_override`]);
  return text
    ? { [service]: checkedEndpoint(text, `the endpoint of ${service} (endpointOverrides)`, settings) }
    : {};
}

/**
 * Config `cacertFile`, `cert`, `key` (OS_CACERT, OS_CERT, OS_KEY), each a file or the PEM itself, and `insecure`.
 * @param insecureEnv - the variables that stand for the last.
 * @throws Error if a file cannot be read.
 */
export function tlsOf(
  prefix: string,
  settings: Settings,
  cloud?: CloudEntry,
  insecureEnv: string[] = ["OS_INSECURE"],
): TlsSettings {
  const pem = (key: string, variable: string, inYaml: string) =>
    pemOf(setting(settings, `${prefix}:${key}`, variable) ?? textOf(cloud?.[inYaml]), key);
  const [ca, cert, key] = [
    pem("cacertFile", "OS_CACERT", "cacert"),
    pem("cert", "OS_CERT", "cert"),
    pem("key", "OS_KEY", "key"),
  ];
  const isSet = setting(settings, `${prefix}:insecure`, ...insecureEnv) !== undefined;
  const verify = textOf(cloud?.verify) ?? "true";
  const insecure = isSet
    ? booleanSetting(settings, `${prefix}:insecure`, ...insecureEnv)
    : /^(false|no|off|0)$/i.test(verify);
  return {
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(insecure ? { rejectUnauthorized: false } : {}),
  };
}

/** A certificate or key: the PEM itself, or the path of its file. */
function pemOf(value: string | undefined, what: string): string | undefined {
  if (value === undefined || value.includes("-----BEGIN")) return value;
  const path = value.replace(/^~(?=\/)/, homedir());
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new Error(`the file of ${what} cannot be read: ${path}`);
  }
}
