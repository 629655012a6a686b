import { unavailable } from "../core/cloud/credentials";
import { endpoint } from "../core/cloud/endpoint";
import { expand, readText } from "../core/cloud/files";
import type { TlsSettings } from "../core/cloud/http";
import type { Where } from "../core/contract/cloud";
import { given } from "../core/util/given";
import {
  asFlag,
  firstOf,
  inConfig,
  inEnvironment,
  namesOf,
  type Setting,
  type Settings,
  textOf,
} from "../core/util/settings";
import type { Identity, Reference } from "./keystone";
import { type CloudEntry, cloudFromYaml, objectOf, plain, regionOf } from "./profiles";
import type { KeystoneSettings } from "./settings";

type Auth = KeystoneSettings["auth"];
type Name = keyof Auth;

/** One place that may hold parts of a login. */
export type Source = (setting: Setting, name: string) => string | undefined;

/** The value of the first of these places that has it. */
export function firstIn(sources: readonly Source[], setting: Setting, name: string): string | undefined {
  return firstOf(sources, (source) => source(setting, name));
}

/** How to log in, and what to look for in the catalogue then. */
export interface Access {
  authUrl: URL;
  tls: TlsSettings;
  project?: Reference;
  /** Where none is given or configured, the catalogue may have only one. */
  region?: string;
  interface: string;
  /** Endpoints that are used instead of the catalogue's. */
  overrides: { compute?: URL; network?: URL };
  /** The places that may hold parts of the login, in their order. */
  sources: readonly Source[];
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
 * @param extra - texts of `auth` that the cloud knows beyond Keystone's.
 * @throws Error that names what is missing or not supported, and where it can be set.
 */
export function accessTo(
  names: KeystoneSettings,
  where: Where,
  settings: Settings,
  extra: Readonly<Record<string, Setting>> = {},
): Access {
  if (where.connection?.assumeRole) {
    throw new Error("OpenStack has no roles to assume; give connection.profile, a cloud of clouds.yaml");
  }
  const profile = where.connection?.profile;
  const chosen = textOf(settings, names.beside.cloud);
  // openstacksdk's name for the cloud that the environment describes.
  const name = profile ?? (chosen === "envvars" ? undefined : chosen);
  const cloud = name === undefined ? undefined : cloudFromYaml(name, where.region, settings);
  return new KeystoneCredentials(names, extra, cloud, profile === undefined, settings).access(where.region);
}

/** Where the settings of one login stand: in a cloud of clouds.yaml and, if it is `isOpen`, in config and environment. */
class KeystoneCredentials {
  readonly #sources: readonly Source[];

  constructor(
    readonly names: KeystoneSettings,
    readonly extra: Readonly<Record<string, Setting>>,
    readonly cloud: CloudEntry | undefined,
    readonly isOpen: boolean,
    readonly settings: Settings,
  ) {
    const auth = this.#auth();
    const open: Source[] = [
      (setting) => inConfig(settings, setting),
      (setting) => inEnvironment(settings, setting),
    ];
    this.#sources = [(_setting, name) => plain(auth, name), ...(isOpen ? open : [])];
  }

  access(wantedRegion: string | undefined): Access {
    this.#refuse();
    const { auth, beside } = this.names;
    const url = this.#first("auth_url");
    const shared = {
      authUrl: url && endpoint(url, "the authentication URL (authUrl)", this.settings, { path: true }),
      project: this.#reference("project"),
      region: wantedRegion ?? this.#beside("region_name") ?? regionOf(this.cloud),
      interface: this.#interface(),
      overrides: given({ compute: this.#override("compute"), network: this.#override("network") }),
      sources: this.#sources,
      identity: () => this.#identity(),
    };
    // What may be absent comes last, and so hides nothing else.
    const { authUrl } = shared;
    const tls = this.#tls();
    if (authUrl) return given({ ...shared, authUrl, tls });
    throw unavailable(
      new Error(
        `no credentials: set ${namesOf(auth.auth_url)}, or ${namesOf(beside.cloud)} to a cloud of clouds.yaml`,
      ),
    );
  }

  /** `auth` of the cloud, with today's names for the tenant's. @throws Error for what it holds beyond what we know. */
  #auth(): CloudEntry {
    const auth: CloudEntry = {};
    const given = this.cloud?.auth ?? {};
    if (!objectOf(given)) throw new Error("auth in clouds.yaml must be an object");
    for (const [key, value] of Object.entries(given)) {
      const name = key.replaceAll("-", "_").replace(/^tenant_/, "project_");
      if (value !== null && !Object.hasOwn({ ...this.names.auth, ...this.extra }, name)) {
        throw new Error(`auth.${key} in clouds.yaml is not supported here`);
      }
      auth[name] ??= value;
    }
    return auth;
  }

  /** Settings that would make another login of it than ours. */
  #refuse(): void {
    const { refused, beside } = this.names;
    const set = Object.values(refused).find((setting) => this.isOpen && textOf(this.settings, setting));
    if (set) throw new Error(`${namesOf(set)} is not supported here`);
    const version = this.#beside("identity_api_version") ?? "3";
    if (!/^v?3(\.\d+)?$/.test(version)) {
      throw new Error(`${namesOf(beside.identity_api_version)} must be 3: there is no other Keystone today`);
    }
  }

  /** A setting that stands beside `auth`: config and environment come first. */
  #beside(name: keyof KeystoneSettings["beside"]): string | undefined {
    return (
      (this.isOpen ? textOf(this.settings, this.names.beside[name]) : undefined) ?? plain(this.cloud, name)
    );
  }

  #first(name: Name): string | undefined {
    return firstIn(this.#sources, this.names.auth[name], name);
  }

  /** Both from the first place that has either. */
  #pair(id: Name, name: Name): { id?: string; name?: string } | undefined {
    return firstOf(this.#sources, (source) => {
      const [byId, byName] = [source(this.names.auth[id], id), source(this.names.auth[name], name)];
      if (byId) return { id: byId };
      return byName ? { name: byName } : undefined;
    });
  }

  /** By id, or by name in a domain. */
  #reference(kind: "user" | "project"): Reference | undefined {
    const { id, name } =
      (kind === "user" ? this.#pair("user_id", "username") : this.#pair("project_id", "project_name")) ?? {};
    if (id) return { id };
    return name ? { name, domain: this.#domain(kind) } : undefined;
  }

  #domain(kind: "user" | "project"): Reference {
    const { id, name } =
      this.#pair(`${kind}_domain_id`, `${kind}_domain_name`) ?? this.#pair("domain_id", "domain_name") ?? {};
    if (id) return { id };
    return name ? { name } : { id: this.#first("default_domain") ?? "default" };
  }

  /** The method that is asked for, else that of the first place that has one, by the most specific of what it has. */
  #method(): Identity["method"] | undefined {
    const asked = this.#beside("auth_type");
    if (asked !== undefined) {
      const [, method] = /^(?:v3)?_?(password|token|application_?credential)$/.exec(asked) ?? [];
      if (method)
        return method.startsWith("app") ? "application_credential" : (method as "password" | "token");
      throw new Error(
        `auth_type "${asked}" (of clouds.yaml, or OS_AUTH_TYPE) is not supported; use password, token or v3applicationcredential`,
      );
    }
    return firstOf(this.#sources, (source) => {
      const has = (...wanted: Name[]) =>
        wanted.some((name) => source(this.names.auth[name], name) !== undefined);
      if (has("token")) return "token";
      if (has("application_credential_id", "application_credential_name")) return "application_credential";
      return has("user_id", "username") ? "password" : undefined;
    });
  }

  #identity(): Identity {
    const { auth } = this.names;
    const need = (name: Name) => {
      const value = this.#first(name);
      if (value !== undefined) return value;
      throw new Error(`incomplete credentials: ${name} is missing; set ${namesOf(auth[name])}`);
    };
    const method = this.#method();
    const user = this.#reference("user");
    if (method === "token") return { method, token: need("token") };
    if (method === "application_credential") {
      const secret = need("application_credential_secret");
      const id = this.#first("application_credential_id");
      if (id) return { method, credential: { id }, secret };
      if (!user) need("username");
      const name = need("application_credential_name");
      return given({ method, credential: { name }, user, secret });
    }
    if (user) return { method: "password", user, password: need("password") };
    if (this.#first("password")) need("username");
    if (this.#first("application_credential_secret")) need("application_credential_id");
    throw unavailable(
      new Error(
        `no credentials: set ${namesOf(auth.username)} and password, ${namesOf(auth.token)}, ` +
          `or ${namesOf(auth.application_credential_id)} and its secret`,
      ),
    );
  }

  /** `public`, `internal` or `admin`; older files write `publicURL`. */
  #interface(): string {
    const text = this.#beside("interface") ?? plain(this.cloud, "endpoint_type") ?? "public";
    const name = text.replace(/URL$/, "");
    if (/^(public|internal|admin)$/.test(name)) return name;
    throw new Error(`endpointType (OS_ENDPOINT_TYPE) must be public, internal or admin, not "${text}"`);
  }

  #override(service: "compute" | "network"): URL | undefined {
    const text = this.#beside(`${service}_endpoint_override`);
    const what = `the endpoint of ${service} (endpointOverrides)`;
    return text === undefined ? undefined : endpoint(text, what, this.settings, { path: true });
  }

  #tls(): TlsSettings {
    const { cacert, cert, key, insecure } = this.names.beside;
    const configured = this.isOpen ? textOf(this.settings, insecure) : undefined;
    const flag = (name: string) => {
      const value = plain(this.cloud, name);
      return value === undefined ? undefined : asFlag(value, `${name} in clouds.yaml`);
    };
    const isInsecure =
      configured === undefined
        ? (flag("insecure") ?? false) || flag("verify") === false
        : asFlag(configured, namesOf(insecure));
    return tlsOf(
      {
        ca: [cacert, this.#beside("cacert")],
        cert: [cert, this.#beside("cert")],
        key: [key, this.#beside("key")],
      },
      isInsecure,
      this.settings,
    );
  }
}

/** @throws Error if something is neither PEM nor the path of a file. */
export function tlsOf(
  values: Record<"ca" | "cert" | "key", readonly [setting: Setting, value: string | undefined]>,
  isInsecure: boolean,
  settings: Settings,
): TlsSettings {
  const [ca, cert, key] = [values.ca, values.cert, values.key].map(
    ([setting, value]) => value && pemOf(value, setting, settings),
  );
  return given({ ca, cert, key, rejectUnauthorized: isInsecure ? false : undefined });
}

/** A certificate or key: the PEM itself, or the path of its file. */
function pemOf(value: string, setting: Setting, settings: Settings): string {
  if (value.includes("-----BEGIN")) return value;
  let text: string | undefined;
  try {
    text = readText(expand(value, settings));
  } catch {
    // What cannot be read is told below: the path may be no path, but the key without its header.
  }
  if (text !== undefined) return text;
  const shown = setting.secret ? "" : `: ${value}`;
  throw unavailable(
    new Error(`${namesOf(setting)} is neither PEM nor the path of a file that can be read${shown}`),
  );
}
