import type { InferOutput } from "valibot";
import { answerOf, token as keyPart } from "../core/cloud/answer";
import {
  chain,
  configuredRole,
  credentialsOf,
  role,
  type Source,
  unavailable,
  type Ways,
  wholeKey,
} from "../core/cloud/credentials";
import { endpoint } from "../core/cloud/endpoint";
import { readToken } from "../core/cloud/files";
import { exchange } from "../core/cloud/http";
import { Renewable } from "../core/cloud/renewable";
import { send } from "../core/cloud/request";
import type { AssumeRole, Connection, Deadline } from "../core/contract/cloud";
import { parseJson } from "../core/util/json";
import { faults, schema } from "../core/util/schema";
import { namesOf, type Setting, type Settings, textOf } from "../core/util/settings";
import { classify, limits } from "./errors";
import { type Profile, readProfiles } from "./profiles";
import { type Credential, type Rpc, rpc } from "./rpc";
import { names, oidcRole } from "./settings";

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
 */
export function credentialsFor(
  connection: Connection | undefined,
  settings: Settings,
): Renewable<Credential> {
  return new Renewable(credentialsOf(connection, new AlicloudCredentials(settings)));
}

/** The ways to a credential. */
class AlicloudCredentials implements Ways<Credential> {
  constructor(readonly settings: Settings) {}

  ambient(): Source<Credential> {
    return chain<Credential>(
      [
        ["role to assume", () => this.#configuredRole()],
        ["the credentials alone", () => this.base()],
      ],
      NONE,
    );
  }

  /** In the order of the vendor's Pulumi package. */
  base(): Source<Credential> {
    return chain<Credential>(
      [
        ["access key", () => this.#accessKey()],
        ["profile of the CLI", () => this.#chosenProfile()],
        ["role of this ECS instance", () => this.#configuredEcsRole()],
        ["OIDC (RRSA)", () => this.#configuredOidc()],
        ["credentials URI", () => this.#credentialsUri()],
        ["the CLI's current profile, if it holds a key", () => this.#currentProfile()],
        ["the default chain of the vendor's library", () => this.#defaultChain()],
      ],
      NONE,
    );
  }

  profile(name: string): Source<Credential> {
    const found = this.#named(name);
    if (found) return found;
    const { path } = readProfiles(this.settings);
    throw unavailable(new Error(`connection.profile: there is no profile "${name}" in ${path}`));
  }

  /** STS AssumeRole. */
  assume(wanted: AssumeRole, source: Source<Credential>): Source<Credential> {
    const own = new Renewable(source);
    const params = {
      RoleArn: wanted.roleArn,
      RoleSessionName: wanted.sessionName ?? SESSION_NAME,
      DurationSeconds: wanted.durationSeconds ?? ROLE_DURATION,
      Policy: wanted.policy,
      ExternalId: wanted.externalId,
    };
    const secrets = wanted.externalId === undefined ? [] : [wanted.externalId];
    return async (deadline) => {
      const request = { product: "sts", action: "AssumeRole", region: "", params, secrets } as const;
      return this.#temporary(request, wanted.roleArn, await own.current(deadline), deadline);
    };
  }

  #value(setting: Setting): string | undefined {
    return textOf(this.settings, setting);
  }

  #accessKey(): Source<Credential> | undefined {
    const key = wholeKey(this.settings, names.accessKey, names.secretKey);
    const securityToken = this.#value(names.securityToken);
    return (
      key &&
      (async () => ({
        accessKeyId: key.id,
        accessKeySecret: key.secret,
        ...(securityToken ? { securityToken } : {}),
      }))
    );
  }

  #chosenProfile(): Source<Credential> | undefined {
    const chosen = this.#value(names.profile);
    if (chosen === undefined) return undefined;
    const found = this.#named(chosen);
    // ALIBABA_CLOUD_PROFILE may also name a profile of the vendor's INI file, which the default chain reads.
    if (found || chosen === this.settings.env("ALIBABA_CLOUD_PROFILE")) return found;
    const { path } = readProfiles(this.settings);
    throw new Error(`${namesOf(names.profile)}: there is no profile "${chosen}" in ${path}`);
  }

  /** The profile `name` of the CLI's file, if it is there. */
  #named(name: string): Source<Credential> | undefined {
    const found = readProfiles(this.settings).profiles.find((each) => each.name === name);
    return found && this.#fromProfile(found);
  }

  /** The CLI's current profile, if it holds a key: what the vendor's chain would use next, but by our proxies and endpoints. */
  #currentProfile(): Source<Credential> | undefined {
    const { current, profiles } = readProfiles(this.settings);
    const found = profiles.find((each) => each.name === current);
    return found?.access_key_id ? this.#fromProfile(found) : undefined;
  }

  #fromProfile(profile: Profile, chained: string[] = []): Source<Credential> {
    const { name, mode = "AK" } = profile;
    switch (mode) {
      case "AK":
      case "StsToken":
        return async () => keyOf(profile);
      case "RamRoleArn":
        return this.assume(roleOf(profile), async () => keyOf(profile));
      case "ChainableRamRoleArn": {
        const { profiles } = readProfiles(this.settings);
        const source = profiles.find((each) => each.name === profile.source_profile);
        if (!source || chained.includes(name)) {
          throw new Error(
            `profile "${name}": there is no source_profile "${profile.source_profile}" it could start from`,
          );
        }
        return this.assume(roleOf(profile), this.#fromProfile(source, [...chained, name]));
      }
      case "EcsRamRole":
        return this.#ecsRole(profile.ram_role_name ?? "");
      case "OIDC": {
        const { oidc_provider_arn, oidc_token_file } = profile;
        if (!oidc_provider_arn || !oidc_token_file) {
          throw new Error(`profile "${name}" has no oidc_provider_arn and oidc_token_file`);
        }
        const token = () => readToken(oidc_token_file, `oidc_token_file of profile "${name}"`);
        return this.#oidc(oidc_provider_arn, roleOf(profile), token);
      }
      case "CloudSSO":
      case "OAuth":
      case "External":
        return this.#fromLibrary(name, mode);
      default:
        throw new Error(`profile "${name}" is of mode ${JSON.stringify(mode)}, which is not supported here`);
    }
  }

  /** Modes that log in anew by what the CLI saved: the library knows how, for the CLI's own file. */
  #fromLibrary(name: string, mode: string): Source<Credential> {
    const { path, isDefault } = readProfiles(this.settings);
    if (!isDefault) {
      throw new Error(
        `profile "${name}" of ${path} is of mode ${mode}, which the vendor's library takes from ~/.aliyun/config.json ` +
          "only; run there: aliyun configure, and unset alicloud:sharedCredentialsFile",
      );
    }
    return fromVendor(({ CLIProfileCredentialsProvider: P }) => P.builder().withProfileName(name).build());
  }

  #configuredEcsRole(): Source<Credential> | undefined {
    const name = this.#value(names.ecsRoleName);
    return name === undefined ? undefined : this.#ecsRole(name);
  }

  /** By the metadata service of the instance we run on, which the library asks without a proxy. */
  #ecsRole(name: string): Source<Credential> {
    return fromVendor(({ ECSRAMRoleCredentialsProvider: P }) => P.builder().withRoleName(name).build());
  }

  /** RRSA in a cluster: config `alicloud:assumeRoleWithOidc`, or the vendor's environment. */
  #configuredOidc(): Source<Credential> | undefined {
    const provider = this.#value(names.oidcProviderArn);
    const token = this.#value(names.oidcToken);
    const file = this.#value(names.oidcTokenFile);
    const wanted = configuredRole(this.settings, oidcRole);
    if (!provider || !wanted || (!token && !file)) return undefined;
    return this.#oidc(provider, wanted, () => token ?? readToken(file ?? "", namesOf(names.oidcTokenFile)));
  }

  /** STS AssumeRoleWithOIDC. */
  #oidc(provider: string, wanted: AssumeRole, token: () => string): Source<Credential> {
    const params = {
      OIDCProviderArn: provider,
      RoleArn: wanted.roleArn,
      RoleSessionName: wanted.sessionName ?? SESSION_NAME,
      DurationSeconds: wanted.durationSeconds ?? ROLE_DURATION,
      Policy: wanted.policy,
    };
    return async (deadline) => {
      // The cluster renews the file; a token read once would expire.
      const form = { OIDCToken: token() };
      const request = { product: "sts", action: "AssumeRoleWithOIDC", region: "", params, form } as const;
      return this.#temporary(request, wanted.roleArn, undefined, deadline);
    };
  }

  /** A local address that hands out temporary keys. */
  #credentialsUri(): Source<Credential> | undefined {
    const uri = this.#value(names.credentialsUri);
    if (uri === undefined) return undefined;
    const what = namesOf(names.credentialsUri);
    const url = endpoint(uri, what, this.settings, { path: true, query: true });
    return async (deadline) => {
      const { status, text } = await exchange(
        { method: "GET", url, headers: {}, action: "credentialsUri", timeout: 10_000, direct: true },
        this.settings,
        deadline,
      );
      const key = status === 200 ? parseJson(text) : undefined;
      if (faults(temporaryKey, key).length === 0) return fromTemporary(key as TemporaryKey);
      throw new Error(`${what} (HTTP ${status}) answered without a complete key`);
    };
  }

  #defaultChain(): Source<Credential> {
    return fromVendor(({ DefaultCredentialsProvider: P }) => P.builder().build());
  }

  /** Config `alicloud:assumeRole`, or its environment variables. */
  #configuredRole(): Source<Credential> | undefined {
    // With an OIDC provider beside it, the vendor's variable names the role of that.
    const isOidc = this.settings.env("ALIBABA_CLOUD_OIDC_PROVIDER_ARN") !== undefined;
    const { env = [] } = names.roleArn;
    const roleArn = { ...names.roleArn, env: env.slice(0, isOidc ? 1 : undefined) };
    const wanted = configuredRole(this.settings, { ...names, roleArn });
    return wanted && this.assume(wanted, this.base());
  }

  async #temporary(
    request: Rpc,
    roleArn: string,
    credential: Credential | undefined,
    deadline: Deadline,
  ): Promise<Credential> {
    const { settings } = this;
    const about = {
      cloud: "alicloud",
      product: "sts",
      accountId: "",
      region: "",
      action: request.action,
      ids: [roleArn],
    };
    const once = async () => {
      const reply = await rpc(request, credential, settings, deadline);
      const source = { action: `sts:${request.action}`, requestId: reply.requestId };
      return { ...reply, body: answerOf(issued, reply.body, source).Credentials };
    };
    return fromTemporary(await role(() => send(about, { limits, settings }, deadline, once), classify));
  }
}

function keyOf(profile: Profile): Credential {
  const { name, mode } = profile;
  const { access_key_id: accessKeyId, access_key_secret: accessKeySecret, sts_token: token } = profile;
  if (!accessKeyId || !accessKeySecret) {
    throw new Error(`profile "${name}" has no access key; run: aliyun configure`);
  }
  return { accessKeyId, accessKeySecret, ...(token && mode !== "AK" ? { securityToken: token } : {}) };
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

/** A temporary key, in the shape that STS and credential URIs share. */
const temporaryKey = schema((v) =>
  v.object({
    AccessKeyId: keyPart(),
    AccessKeySecret: keyPart(),
    SecurityToken: keyPart(),
    // A program of the user's behind a credentials URI may know none: it is asked each time then.
    Expiration: v.nullish(v.string()),
  }),
);

type TemporaryKey = InferOutput<ReturnType<typeof temporaryKey>>;

/** The part of the answer to AssumeRole and AssumeRoleWithOIDC that matters. */
const issued = schema((v) => v.object({ Credentials: temporaryKey() }));

function fromTemporary({
  AccessKeyId,
  AccessKeySecret,
  SecurityToken,
  Expiration,
}: TemporaryKey): Credential {
  const expires = Date.parse(Expiration ?? "");
  return {
    accessKeyId: AccessKeyId,
    accessKeySecret: AccessKeySecret,
    securityToken: SecurityToken,
    expires: Number.isNaN(expires) ? 0 : expires,
  };
}

const NONE =
  "no Alibaba Cloud credentials: set config alicloud:accessKey and alicloud:secretKey (as secrets), or environment " +
  "ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY, or run: aliyun configure";

const vendorKey = schema((v) =>
  v.object({
    accessKeyId: keyPart(),
    accessKeySecret: keyPart(),
    securityToken: v.nullish(v.union([v.literal(""), keyPart()])),
  }),
);

/**
 * A provider of the vendor's library, made at first use and thrown away when it fails: its default chain remembers the link
 * it was trying, not the one that worked, and repeats that link's failure for ever.
 */
function fromVendor(
  make: (library: typeof import("@alicloud/credentials")) => VendorProvider,
): Source<Credential> {
  let provider: VendorProvider | undefined;
  return async () => {
    try {
      provider ??= make(require("@alicloud/credentials") as typeof import("@alicloud/credentials"));
      const own = await provider.getCredentials();
      // It passes on what a metadata service or an address answers, of whatever type.
      if (faults(vendorKey, own).length > 0) throw new Error("what it found is not a complete key");
      const { accessKeyId, accessKeySecret, securityToken } = own;
      return { accessKeyId, accessKeySecret, ...(securityToken ? { securityToken } : {}), expires: 0 };
    } catch (error) {
      provider = undefined;
      throw unavailable(new Error(`${NONE} (${redact(error)})`));
    }
  };
}

/** The library quotes files it cannot read, keys included: only words short enough to be no key remain. */
function redact(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).slice(0, 2_000);
  return text
    .replace(/[{[].*/s, "...")
    .replace(/[\w+=-]{16,}/g, (word) => (/\d/.test(word) ? "***" : word))
    .slice(0, 500);
}
