import type { InferOutput } from "valibot";
import { token as keyPart } from "../core/cloud/answer";
import {
  chain,
  configuredRole,
  type Source,
  unavailable,
  type Ways,
  wholeKey,
} from "../core/cloud/credentials";
import { readToken } from "../core/cloud/files";
import { askDirectly, askForRole } from "../core/cloud/key-session";
import { Renewable } from "../core/cloud/renewable";
import type { AssumeRole, Deadline } from "../core/contract/cloud";
import { given } from "../core/util/given";
import { faults, schema } from "../core/util/schema";
import { namesOf, type Setting, type Settings, settingOf, textOf } from "../core/util/settings";
import { findProfile, type Profile, readProfiles, readSdkProfiles } from "./profiles";
import { api, type Credential } from "./rpc";
import { names, oidcRole } from "./settings";

// Modules of the vendor's library, each by its path: its main entry, default chain and profiles require packages that it does
// not declare, which pnpm and Yarn may then refuse to load.
type CloudSso = typeof import("@alicloud/credentials/dist/src/providers/cloud_sso");
type EcsRamRole = typeof import("@alicloud/credentials/dist/src/providers/ecs_ram_role");
type External = typeof import("@alicloud/credentials/dist/src/providers/external");
type OAuth = typeof import("@alicloud/credentials/dist/src/providers/oauth");

/** A vendor's provider, which renews by itself what it gives. */
interface VendorProvider {
  getCredentials(): Promise<{ accessKeyId: string; accessKeySecret: string; securityToken?: string }>;
}

/** Name under which we assume roles, where the user gives none. */
const SESSION_NAME = "pulumi-cloud-attachments";

/** The vendor's Terraform provider and credentials library both default to this, in seconds. */
const ROLE_DURATION = 3600;

/** Where a login of mode OAuth gets its key, by `oauth_site_type`: constants of the vendor's CLI and credentials library. */
const OAUTH_SITES: Record<string, string> = {
  CN: "https://oauth.aliyun.com",
  INTL: "https://oauth.alibabacloud.com",
};

/**
 * What the vendor's Pulumi package would use: config `alicloud:*`, its environment variables, profiles, roles, and last what else
 * the vendor's SDKs look at by default.
 */
export class AlicloudCredentials implements Ways<Credential> {
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
        ["the CLI's current profile", () => this.#currentProfile()],
        ["profile `default` of the SDKs' file", () => this.#sdkProfile()],
        ["role of this ECS instance, whatever its name", () => this.#ecsRole("", NONE)],
      ],
      NONE,
    );
  }

  profile(name: string): Source<Credential> {
    return this.#fromProfile(findProfile(name, "connection.profile", this.settings));
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
    const request = { product: "sts", action: "AssumeRole", region: "", params } as const;
    const secrets = [wanted.externalId];
    return async (deadline) =>
      this.#issue({ ...request, secrets }, wanted.roleArn, await own.current(deadline), deadline);
  }

  #value(setting: Setting): string | undefined {
    return textOf(this.settings, setting);
  }

  #accessKey(): Source<Credential> | undefined {
    const key = wholeKey(this.settings, names.accessKey, names.secretKey);
    const securityToken = this.#value(names.securityToken);
    return key && (async () => given({ accessKeyId: key.id, accessKeySecret: key.secret, securityToken }));
  }

  #chosenProfile(): Source<Credential> | undefined {
    const chosen = this.#value(names.profile);
    if (chosen === undefined) return undefined;
    return this.#fromProfile(findProfile(chosen, namesOf(names.profile), this.settings));
  }

  /** The CLI's current profile, unless it is the empty one that the CLI begins with. */
  #currentProfile(): Source<Credential> | undefined {
    if (settingOf(this.settings, names.noCurrentProfile)) return undefined;
    const { current, profiles } = readProfiles(this.settings);
    const found = profiles.find(({ name }) => name === current);
    const { mode = "AK", access_key_id } = found ?? {};
    return found && (mode !== "AK" || access_key_id) ? this.#fromProfile(found) : undefined;
  }

  #sdkProfile(): Source<Credential> | undefined {
    const found = readSdkProfiles(this.settings).profiles.find(({ name }) => name === "default");
    return found && this.#fromProfile(found);
  }

  #fromProfile(profile: Profile, chained: string[] = []): Source<Credential> {
    const { name, mode = "AK" } = profile;
    const failure = `profile "${name}" gives no key`;
    switch (mode) {
      case "AK":
      case "StsToken": {
        const key = keyOf(profile);
        return async () => key;
      }
      case "RamRoleArn": {
        const key = keyOf(profile);
        return this.assume(roleOf(profile), async () => key);
      }
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
        return this.#ecsRole(profile.ram_role_name ?? "", failure);
      case "OIDC": {
        const { oidc_provider_arn, oidc_token_file } = profile;
        if (!oidc_provider_arn || !oidc_token_file) {
          throw new Error(`profile "${name}" has no oidc_provider_arn and oidc_token_file`);
        }
        const token = () => readToken(oidc_token_file, `oidc_token_file of profile "${name}"`);
        return this.#oidc(oidc_provider_arn, roleOf(profile), token);
      }
      case "CloudSSO":
        return fromVendor(failure, () => {
          const { default: P } = require("@alicloud/credentials/dist/src/providers/cloud_sso") as CloudSso;
          return P.builder()
            .withSignInUrl(profile.cloud_sso_sign_in_url ?? "")
            .withAccountId(profile.cloud_sso_account_id ?? "")
            .withAccessConfig(profile.cloud_sso_access_config ?? "")
            .withAccessToken(profile.access_token ?? "")
            .withAccessTokenExpire(profile.cloud_sso_access_token_expire ?? 0)
            .build();
        });
      case "OAuth":
        return this.#oauth(profile, failure);
      case "External":
        return fromVendor(failure, () => {
          const { default: P } = require("@alicloud/credentials/dist/src/providers/external") as External;
          const { process_command: command = "" } = profile;
          return P.builder().withProcessCommand(command).build();
        });
      default:
        throw new Error(`profile "${name}" is of mode ${JSON.stringify(mode)}, which is not supported here`);
    }
  }

  /**
   * What `aliyun configure --mode OAuth` saved, as long as it lives: the access token, else the key that the CLI got with it.
   * The CLI alone renews that login: a renewal replaces the refresh token, and the library loses the new one where its next
   * request fails.
   */
  #oauth(profile: Profile, failure: string): Source<Credential> {
    const { name, oauth_site_type: site = "", oauth_access_token: token } = profile;
    const { oauth_access_token_expire: tokenEnd = 0, sts_expiration: keyEnd = 0 } = profile;
    const signIn = OAUTH_SITES[site.toUpperCase()];
    if (!signIn) throw new Error(`profile "${name}" has no oauth_site_type CN or INTL`);
    if (token && tokenEnd * 1000 > Date.now()) {
      return fromVendor(failure, () => {
        const { default: P } = require("@alicloud/credentials/dist/src/providers/oauth") as OAuth;
        // The client's id is sent with a renewal only.
        return P.builder().withSignInUrl(signIn).withClientId("none").withAccessToken(token).build();
      });
    }
    return async () => {
      if (keyEnd * 1000 > Date.now()) return { ...keyOf(profile), expires: keyEnd * 1000 };
      throw unavailable(
        new Error(
          `${failure}: its login has ended; renew it: aliyun sts GetCallerIdentity --profile ${name}`,
        ),
      );
    };
  }

  #configuredEcsRole(): Source<Credential> | undefined {
    const name = this.#value(names.ecsRoleName);
    if (name === undefined) return undefined;
    return this.#ecsRole(name, `role "${name}" of this ECS instance gives no key`);
  }

  /** By the metadata service of the instance we run on, which the library asks without a proxy. */
  #ecsRole(name: string, failure: string): Source<Credential> {
    return fromVendor(failure, () => {
      const { default: P } = require("@alicloud/credentials/dist/src/providers/ecs_ram_role") as EcsRamRole;
      return P.builder().withRoleName(name).build();
    });
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
      return this.#issue(request, wanted.roleArn, undefined, deadline);
    };
  }

  /** A local address that hands out temporary keys. */
  #credentialsUri(): Source<Credential> | undefined {
    const url = settingOf(this.settings, names.credentialsUri);
    if (url === undefined) return undefined;
    const about = { action: "credentialsUri", what: namesOf(names.credentialsUri), shape: temporaryKey };
    return async (deadline) => fromTemporary(await askDirectly(url, about, this.settings, deadline));
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

  async #issue(
    request: Parameters<typeof api.exchange>[0],
    roleArn: string,
    credential: Credential | undefined,
    deadline: Deadline,
  ): Promise<Credential> {
    const about = { shape: issued, ids: [roleArn] };
    return fromTemporary(
      (await askForRole(api, request, about, credential, this.settings, deadline)).Credentials,
    );
  }
}

function keyOf(profile: Profile): Credential {
  const { name, mode } = profile;
  const { access_key_id: accessKeyId, access_key_secret: accessKeySecret, sts_token: token } = profile;
  if (!accessKeyId || !accessKeySecret) {
    throw new Error(`profile "${name}" has no access key (access_key_id and access_key_secret)`);
  }
  return given({ accessKeyId, accessKeySecret, securityToken: mode === "AK" ? undefined : token });
}

function roleOf(profile: Profile): AssumeRole {
  const { name, ram_role_arn, ram_session_name, external_id, policy, expired_seconds } = profile;
  if (!ram_role_arn) throw new Error(`profile "${name}" has no ram_role_arn`);
  return given({
    roleArn: ram_role_arn,
    sessionName: ram_session_name,
    externalId: external_id,
    policy,
    durationSeconds: expired_seconds || undefined,
  });
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

/** A provider of the vendor's library, made at first use. @param failure - what is said before the library's own words. */
function fromVendor(failure: string, make: () => VendorProvider): Source<Credential> {
  let provider: VendorProvider | undefined;
  return async () => {
    try {
      provider ??= make();
      const own = await provider.getCredentials();
      // It passes on what a metadata service or an address answers, of whatever type.
      if (faults(vendorKey, own).length > 0) throw new Error("what it found is not a complete key");
      const { accessKeyId, accessKeySecret, securityToken } = own;
      return given({ accessKeyId, accessKeySecret, securityToken, expires: 0 });
    } catch (error) {
      throw unavailable(new Error(`${failure} (${redact(error)})`));
    }
  };
}

/** The library quotes answers it cannot read, keys included: only words short enough to be no key remain. */
function redact(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).slice(0, 2_000);
  return text
    .replace(/[{[].*/s, "...")
    .replace(/[\w+=-]{16,}/g, (word) => (/\d/.test(word) ? "***" : word))
    .slice(0, 500);
}
