import { readFileSync } from "node:fs";
import { exchange } from "../core/cloud/http";
import { Renewable } from "../core/cloud/renewable";
import { send } from "../core/cloud/request";
import type { AssumeRole, Connection, Deadline } from "../core/contract/cloud";
import { CloudError } from "../core/contract/errors";
import { configObject, parseObject } from "../core/util/json";
import { firstEnv, type Settings, setting } from "../core/util/settings";
import { limits } from "./errors";
import { chosenProfile, type Profile, readProfiles } from "./profiles";
import { type Credential, type Rpc, rpc } from "./rpc";

/** Obtains a credential anew. */
type Source = (deadline: Deadline) => Promise<Credential>;

/** A vendor's provider, which renews by itself what it gives. */
interface VendorProvider {
  getCredentials(): Promise<{ accessKeyId: string; accessKeySecret: string; securityToken?: string }>;
}

/** Name under which we assume roles, where the user gives none. */
const SESSION_NAME = "pulumi-cloud-attachments";

/** The vendor's Terraform provider and credentials library both default to this, in seconds. */
const ROLE_DURATION = 3600;

/**
 * The credentials to use: those of `connection`, else what the vendor's Pulumi package would use: config `alicloud:*`, its
 * environment variables, profiles, roles, and last the vendor's own default chain.
 *
 * @param recorded - the connection was recorded in state: if its profile or role is not to be had here, the ambient
 *   credentials serve. The caller compares the account.
 * @throws Error that names what is missing.
 */
export function credentialsFor(
  connection: Connection | undefined,
  recorded: boolean,
  settings: Settings,
): Renewable<Credential> {
  if (!connection?.profile && !connection?.assumeRole) return new Renewable(ambient(settings));
  const own = connection.profile ? named(connection.profile, settings) : base(settings);
  if (!own) {
    if (recorded) return new Renewable(ambient(settings));
    throw new Error(
      `connection.profile: there is no profile "${connection.profile}" in ${readProfiles(settings).path}`,
    );
  }
  if (!connection.assumeRole) return new Renewable(own);
  const assumed = assume(connection.assumeRole, own, settings);
  return new Renewable(recorded ? orElse(assumed, () => ambient(settings)) : assumed);
}

/** What applies without a `connection`. */
function ambient(settings: Settings): Source {
  const role = configuredRole(settings);
  return role ? assume(role, base(settings), settings) : base(settings);
}

/** Credentials before any role is assumed with them, in the order of the vendor's Pulumi package. */
function base(settings: Settings): Source {
  const key = staticKey(settings);
  if (key) return async () => key;
  const profile = chosenProfile(settings);
  const own = profile === undefined ? undefined : named(profile, settings);
  if (own) return own;
  // ALIBABA_CLOUD_PROFILE may also name a profile of the vendor's INI file, which the default chain reads.
  if (profile !== undefined && profile !== settings.env("ALIBABA_CLOUD_PROFILE")) {
    throw new Error(`alicloud:profile: there is no profile "${profile}" in ${readProfiles(settings).path}`);
  }
  const ecsRole = setting(
    settings,
    "alicloud:ecsRoleName",
    "ALICLOUD_ECS_ROLE_NAME",
    "ALIBABA_CLOUD_ECS_METADATA",
  );
  if (ecsRole)
    return fromVendor(({ ECSRAMRoleCredentialsProvider: P }) => P.builder().withRoleName(ecsRole).build());
  const oidc = withOidc(settings);
  if (oidc) return oidc;
  const uri = setting(
    settings,
    "alicloud:credentialsUri",
    "ALICLOUD_CREDENTIALS_URI",
    "ALIBABA_CLOUD_CREDENTIALS_URI",
  );
  if (uri) return fromUri(uri, settings);
  return implicitProfile(settings) ?? fromVendor(({ DefaultCredentialsProvider: P }) => P.builder().build());
}

function staticKey(settings: Settings): Credential | undefined {
  const accessKeyId = setting(
    settings,
    "alicloud:accessKey",
    "ALICLOUD_ACCESS_KEY",
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALIBABACLOUD_ACCESS_KEY_ID",
  );
  const accessKeySecret = setting(
    settings,
    "alicloud:secretKey",
    "ALICLOUD_SECRET_KEY",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABACLOUD_ACCESS_KEY_SECRET",
  );
  if (!accessKeyId && !accessKeySecret) return undefined;
  if (!accessKeyId || !accessKeySecret) {
    const [given, missing] = accessKeyId ? ["accessKey", "secretKey"] : ["secretKey", "accessKey"];
    throw new Error(`alicloud:${given} is set (in config or environment) but alicloud:${missing} is not`);
  }
  const securityToken = setting(
    settings,
    "alicloud:securityToken",
    "ALICLOUD_SECURITY_TOKEN",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
    "ALIBABACLOUD_SECURITY_TOKEN",
  );
  return { accessKeyId, accessKeySecret, ...(securityToken ? { securityToken } : {}) };
}

/** The profile `name` of the CLI's file, if it is there. */
function named(name: string, settings: Settings): Source | undefined {
  const file = readProfiles(settings);
  const profile = file.profiles.find((each) => each.name === name);
  return profile && fromProfile(profile, file.profiles, settings);
}

/** The CLI's current profile, if it holds a key: what the vendor's chain would use next, but by our proxies and endpoints. */
function implicitProfile(settings: Settings): Source | undefined {
  const { current, profiles } = readProfiles(settings);
  const profile = profiles.find((each) => each.name === current);
  return profile?.access_key_id ? fromProfile(profile, profiles, settings) : undefined;
}

function fromProfile(profile: Profile, all: Profile[], settings: Settings, chain: string[] = []): Source {
  const { name, mode = "AK" } = profile;
  switch (mode) {
    case "AK":
    case "StsToken":
      return async () => keyOf(profile);
    case "RamRoleArn":
      return assume(roleOf(profile), async () => keyOf(profile), settings);
    case "ChainableRamRoleArn": {
      const source = all.find((each) => each.name === profile.source_profile);
      if (!source || chain.includes(name)) {
        throw new Error(
          `profile "${name}": there is no source_profile "${profile.source_profile}" it could start from`,
        );
      }
      return assume(roleOf(profile), fromProfile(source, all, settings, [...chain, name]), settings);
    }
    default:
      // EcsRamRole, OIDC, CloudSSO, OAuth, External: the vendor's library knows how, for any profiles it is given.
      return fromVendor(({ CLIProfileCredentialsProvider: P }) => fromCliProfile(P, name, all));
  }
}

/** The library's own way from a profile to credentials, which it keeps to itself: it would read the default file only. */
function fromCliProfile(
  library: { builder(): { withProfileName(name: string): { build(): unknown } } },
  name: string,
  profiles: Profile[],
): VendorProvider {
  const own = library.builder().withProfileName(name).build() as {
    getCredentialsProvider(file: { current: string; profiles: Profile[] }, name: string): VendorProvider;
  };
  return own.getCredentialsProvider({ current: name, profiles }, name);
}

function keyOf(profile: Profile): Credential {
  const {
    name,
    access_key_id: accessKeyId,
    access_key_secret: accessKeySecret,
    sts_token: securityToken,
  } = profile;
  if (!accessKeyId || !accessKeySecret)
    throw new Error(`profile "${name}" has no access key; run: aliyun configure`);
  return {
    accessKeyId,
    accessKeySecret,
    ...(securityToken && profile.mode !== "AK" ? { securityToken } : {}),
  };
}

function roleOf(profile: Profile): AssumeRole {
  const { name, ram_role_arn, ram_session_name, external_id, expired_seconds } = profile;
  if (!ram_role_arn) throw new Error(`profile "${name}" has no ram_role_arn`);
  return {
    roleArn: ram_role_arn,
    ...(ram_session_name ? { sessionName: ram_session_name } : {}),
    ...(external_id ? { externalId: external_id } : {}),
    ...(expired_seconds ? { durationSeconds: expired_seconds } : {}),
  };
}

/** Config `alicloud:assumeRole`, or its environment variables. */
function configuredRole(settings: Settings): AssumeRole | undefined {
  const config = configObject(settings, "alicloud:assumeRole");
  // With an OIDC provider beside it, the same variable names the role of `withOidc`.
  const vendorArn = settings.env("ALIBABA_CLOUD_OIDC_PROVIDER_ARN")
    ? undefined
    : settings.env("ALIBABA_CLOUD_ROLE_ARN");
  const roleArn = config.roleArn ?? settings.env("ALICLOUD_ASSUME_ROLE_ARN") ?? vendorArn;
  if (!roleArn) return undefined;
  const sessionNames = ["ALICLOUD_ASSUME_ROLE_SESSION_NAME", "ALIBABA_CLOUD_ROLE_SESSION_NAME"];
  const sessionName = config.sessionName ?? firstEnv(settings, sessionNames);
  const duration = config.sessionExpiration ?? settings.env("ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION");
  return {
    roleArn: String(roleArn),
    ...(sessionName ? { sessionName: String(sessionName) } : {}),
    ...(config.externalId ? { externalId: String(config.externalId) } : {}),
    ...(config.policy ? { policy: String(config.policy) } : {}),
    ...(duration ? { durationSeconds: Number(duration) } : {}),
  };
}

/** STS AssumeRole. */
function assume(role: AssumeRole, source: Source, settings: Settings): Source {
  const own = new Renewable(source);
  const params = {
    RoleArn: role.roleArn,
    RoleSessionName: role.sessionName ?? SESSION_NAME,
    DurationSeconds: role.durationSeconds ?? ROLE_DURATION,
    Policy: role.policy,
    ExternalId: role.externalId,
  };
  return async (deadline) => {
    const request = { product: "sts", action: "AssumeRole", region: "", params } as const;
    return temporary(request, role.roleArn, await own.current(deadline), settings, deadline);
  };
}

/** STS AssumeRoleWithOIDC (RRSA in a cluster), from config `alicloud:assumeRoleWithOidc` or the vendor's environment. */
function withOidc(settings: Settings): Source | undefined {
  const config = configObject(settings, "alicloud:assumeRoleWithOidc");
  const read = (key: string, name: string) => (config[key] as string | undefined) ?? settings.env(name);
  const providerArn = read("oidcProviderArn", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN");
  const roleArn = read("roleArn", "ALIBABA_CLOUD_ROLE_ARN");
  const token = read("oidcToken", "ALIBABA_CLOUD_OIDC_TOKEN");
  const file = read("oidcTokenFile", "ALIBABA_CLOUD_OIDC_TOKEN_FILE");
  if (!providerArn || !roleArn || (!token && !file)) return undefined;
  const params = {
    OIDCProviderArn: providerArn,
    RoleArn: roleArn,
    RoleSessionName: read("roleSessionName", "ALIBABA_CLOUD_ROLE_SESSION_NAME") ?? SESSION_NAME,
    DurationSeconds: config.sessionExpiration ?? ROLE_DURATION,
    Policy: config.policy,
  };
  return async (deadline) => {
    // The cluster renews the file; a token read once would expire.
    const form = { OIDCToken: token ?? readFileSync(file as string, "utf8").trim() };
    const request = { product: "sts", action: "AssumeRoleWithOIDC", region: "", params, form } as const;
    return temporary(request, roleArn, undefined, settings, deadline);
  };
}

async function temporary(
  request: Rpc,
  roleArn: string,
  credential: Credential | undefined,
  settings: Settings,
  deadline: Deadline,
): Promise<Credential> {
  const { product, action } = request;
  const record = { cloud: "alicloud", product, accountId: "", region: "", action, ids: [roleArn] };
  const body = (await send(record, { limits, settings }, deadline, () =>
    rpc(request, credential, settings, deadline),
  )) as {
    Credentials?: TemporaryKey;
  };
  return fromTemporary(body.Credentials, `${request.action} of ${roleArn}`);
}

/** A temporary key, in the shape that STS and credential URIs share. */
interface TemporaryKey {
  AccessKeyId?: string;
  AccessKeySecret?: string;
  SecurityToken?: string;
  Expiration?: string;
}

function fromTemporary(key: TemporaryKey | undefined, source: string): Credential {
  const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = key ?? {};
  if (!AccessKeyId || !AccessKeySecret || !SecurityToken)
    throw new Error(`${source} answered without a complete key`);
  const expires = Date.parse(Expiration ?? "");
  return {
    accessKeyId: AccessKeyId,
    accessKeySecret: AccessKeySecret,
    securityToken: SecurityToken,
    expires: Number.isNaN(expires) ? 0 : expires,
  };
}

/** A local address that hands out temporary keys (`credentials_uri`). */
function fromUri(uri: string, settings: Settings): Source {
  if (!URL.canParse(uri)) throw new Error("alicloud:credentialsUri is not an address");
  return async (deadline) => {
    const request = {
      method: "GET",
      url: new URL(uri),
      headers: {},
      action: "credentialsUri",
      timeout: 10_000,
    } as const;
    const { status, text } = await exchange(request, settings, deadline);
    const key = status === 200 ? parseObject<TemporaryKey>(text) : undefined;
    return fromTemporary(key, `alicloud:credentialsUri (HTTP ${status})`);
  };
}

/**
 * A provider of the vendor's library, made at first use and thrown away when it fails: its default chain remembers the link
 * it was trying, not the one that worked, and repeats that link's failure for ever.
 */
function fromVendor(make: (library: typeof import("@alicloud/credentials")) => VendorProvider): Source {
  let provider: VendorProvider | undefined;
  return async () => {
    try {
      provider ??= make(require("@alicloud/credentials") as typeof import("@alicloud/credentials"));
      const { accessKeyId, accessKeySecret, securityToken } = await provider.getCredentials();
      return { accessKeyId, accessKeySecret, ...(securityToken ? { securityToken } : {}), expires: 0 };
    } catch (error) {
      provider = undefined;
      throw new Error(
        "no Alibaba Cloud credentials: set config alicloud:accessKey and alicloud:secretKey (as secrets), or environment " +
          `ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY, or run: aliyun configure (${redact(error)})`,
      );
    }
  };
}

/** The library quotes files it cannot read, keys included: only words short enough to be no key remain. */
function redact(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/^([^{[]*)[{[].*[}\]]/s, "$1...")
    .replace(/[\w+=-]{16,}/g, (word) => (/\d/.test(word) ? "***" : word))
    .slice(0, 500);
}

/** `first`, or what `other` gives if the cloud refuses the first and there is another. */
function orElse(first: Source, other: () => Source): Source {
  return async (deadline) => {
    try {
      return await first(deadline);
    } catch (error) {
      const refused = error instanceof CloudError && error.status !== undefined && error.status < 500;
      if (!refused || error.code.includes("Throttling")) throw error;
      return sourceOr(error, other)(deadline);
    }
  };
}

/** What `other` gives; where nothing is configured, the error that made us ask. */
function sourceOr(error: Error, other: () => Source): Source {
  try {
    return other();
  } catch {
    throw error;
  }
}
