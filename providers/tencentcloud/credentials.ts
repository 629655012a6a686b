import { readFileSync } from "node:fs";
import { exchange } from "../core/cloud/http";
import { Renewable } from "../core/cloud/renewable";
import { send } from "../core/cloud/request";
import type { AssumeRole, Connection, Deadline } from "../core/contract/cloud";
import { CloudError } from "../core/contract/errors";
import { configObject, parseObject } from "../core/util/json";
import { booleanSetting, firstEnv, type Settings, setting } from "../core/util/settings";
import { limits } from "./errors";
import { chosenProfile, type Profile, profileFolder, readProfile, readSharedKey } from "./profiles";
import { type Credential, request } from "./request";

/** Obtains a credential anew. */
type Source = (deadline: Deadline) => Promise<Credential>;

/** Name under which we assume roles, where the user gives none. */
const SESSION_NAME = "pulumi-cloud-attachments";

/** Default of the vendor's Terraform provider, in seconds. */
const ROLE_DURATION = 7200;

/** Tells of a virtual machine's own role. Plain http by nature: it never leaves the host. */
const METADATA = "http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/";

/**
 * The credentials to use: those of `connection`, else what the vendor's Pulumi package would use: config `tencentcloud:*`, its
 * environment variables, the CLI's profile, roles, and last the file that the vendor's SDKs share. The SDK's own chain is not
 * used: it prints failures, keeps them for ever, and gives empty keys instead of an error.
 *
 * @param recorded - the connection was recorded in state: if its profile or role is not to be had here, the ambient
 *   credentials serve. The caller compares the account.
 * @throws Error that names what is missing.
 */
export function credentialsFor(
  connection: Connection | undefined,
  recorded: boolean,
  region: string,
  settings: Settings,
): Renewable<Credential> {
  const login = new Login(region, settings);
  if (!connection?.profile && !connection?.assumeRole) return new Renewable(login.ambient());
  const own = connection.profile ? login.profile(connection.profile) : login.base();
  if (!own) {
    if (recorded) return new Renewable(login.ambient());
    throw new Error(
      `connection.profile: there is no ${connection.profile}.credential in ${profileFolder(settings)}; run: tccli configure`,
    );
  }
  if (!connection.assumeRole) return new Renewable(own);
  const assumed = login.assume(connection.assumeRole, own);
  return new Renewable(recorded ? orElse(assumed, () => login.ambient()) : assumed);
}

/** The ways to a credential. */
class Login {
  constructor(
    readonly region: string,
    readonly settings: Settings,
  ) {}

  /** What applies without a `connection`. */
  ambient(): Source {
    const { settings } = this;
    if (settings.config("tencentcloud:mfaCertification")) {
      throw new Error(
        "tencentcloud:mfaCertification is not supported here: log in with tccli and choose its profile",
      );
    }
    const federated = this.#webIdentity() ?? this.#saml() ?? this.#pod();
    if (federated) return federated;
    const role = configuredRole(settings);
    return role ? this.assume(role, this.base()) : this.base();
  }

  /** Credentials before any role is assumed with them. */
  base(): Source {
    const { settings } = this;
    const key = staticKey(settings);
    if (key) return async () => key;
    const role = setting(settings, "tencentcloud:camRoleName", "TENCENTCLOUD_CAM_ROLE_NAME");
    if (role) return this.#camRole(role);
    const chosen = chosenProfile(settings);
    const profile = this.profile(chosen ?? "default");
    if (profile) return profile;
    if (chosen) {
      throw new Error(
        `tencentcloud:profile: there is no ${chosen}.credential in ${profileFolder(settings)}; run: tccli configure`,
      );
    }
    const shared = readSharedKey();
    if (shared) return async () => keyOf(shared, "~/.tencentcloud/credentials");
    throw new Error(
      "no Tencent Cloud credentials: set config tencentcloud:secretId and tencentcloud:secretKey (as secrets), or " +
        "environment TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or run: tccli configure",
    );
  }

  /** A profile of the vendor's CLI, if there is one of that name. */
  profile(name: string): Source | undefined {
    const profile = readProfile(name, this.settings);
    if (!profile) return undefined;
    const source = async () => keyOf(profile, `profile "${name}"`);
    const { "role-arn": roleArn, "role-session-name": sessionName } = profile;
    return roleArn ? this.assume({ roleArn, ...(sessionName ? { sessionName } : {}) }, source) : source;
  }

  /** STS AssumeRole. */
  assume(role: AssumeRole & { more?: object }, source: Source): Source {
    const own = new Renewable(source);
    const params = {
      RoleArn: role.roleArn,
      RoleSessionName: role.sessionName ?? SESSION_NAME,
      DurationSeconds: role.durationSeconds ?? ROLE_DURATION,
      ...(role.externalId ? { ExternalId: role.externalId } : {}),
      // "The policy must be URL-encoded."
      ...(role.policy ? { Policy: encodeURIComponent(role.policy) } : {}),
      ...role.more,
    };
    return async (deadline) => this.#temporary("AssumeRole", params, await own.current(deadline), deadline);
  }

  #webIdentity(): Source | undefined {
    const config = configObject(this.settings, "tencentcloud:assumeRoleWithWebIdentity");
    const token = config.webIdentityToken ?? this.settings.env("TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN");
    const provider = config.providerId ?? this.settings.env("TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID");
    const role = federatedRole(config, this.settings);
    if (!token || !provider || !role) return undefined;
    const params = { ...role, WebIdentityToken: token, ProviderId: provider };
    return (deadline) => this.#temporary("AssumeRoleWithWebIdentity", params, undefined, deadline);
  }

  #saml(): Source | undefined {
    const config = configObject(this.settings, "tencentcloud:assumeRoleWithSaml");
    const assertion = config.samlAssertion ?? this.settings.env("TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION");
    const principal = config.principalArn ?? this.settings.env("TENCENTCLOUD_ASSUME_ROLE_PRINCIPAL_ARN");
    const role = federatedRole(config, this.settings);
    if (!assertion || !principal || !role) return undefined;
    const params = { ...role, SAMLAssertion: assertion, PrincipalArn: principal };
    return (deadline) => this.#temporary("AssumeRoleWithSAML", params, undefined, deadline);
  }

  /** The role of a pod in a TKE cluster. */
  #pod(): Source | undefined {
    const { settings } = this;
    if (!booleanSetting(settings, "tencentcloud:enablePodOidc", "TENCENTCLOUD_ENABLE_POD_OIDC"))
      return undefined;
    const [provider, file, roleArn] = ["TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN"].map(
      (name) => settings.env(name),
    );
    if (!provider || !file || !roleArn) {
      throw new Error(
        "tencentcloud:enablePodOidc needs TKE_PROVIDER_ID, TKE_WEB_IDENTITY_TOKEN_FILE and TKE_ROLE_ARN",
      );
    }
    return async (deadline) => {
      // The cluster renews the file; a token read once would expire.
      const WebIdentityToken = readFileSync(file, "utf8").trim();
      const role = { RoleArn: roleArn, RoleSessionName: SESSION_NAME, DurationSeconds: ROLE_DURATION };
      const params = { ...role, ProviderId: provider, WebIdentityToken };
      return this.#temporary("AssumeRoleWithWebIdentity", params, undefined, deadline);
    };
  }

  /** The role of the virtual machine we run on. */
  #camRole(name: string): Source {
    return async (deadline) => {
      const url = new URL(encodeURIComponent(name), METADATA);
      const action = "security-credentials";
      const { status, text } = await exchange(
        { method: "GET", url, headers: {}, action, timeout: 10_000 },
        this.settings,
        deadline,
      );
      const answer = status === 200 ? parseObject<TemporaryKey>(text) : undefined;
      return fromTemporary(
        answer,
        answer?.ExpiredTime,
        `the metadata service, asked for role "${name}" (HTTP ${status}),`,
      );
    };
  }

  async #temporary(
    action: string,
    params: object,
    credential: Credential | undefined,
    deadline: Deadline,
  ): Promise<Credential> {
    const { region, settings } = this;
    const roleArn = String((params as { RoleArn?: string }).RoleArn);
    const record = { cloud: "tencentcloud", product: "sts", accountId: "", region, action, ids: [roleArn] };
    const answer = (await send(record, { limits, settings }, deadline, () =>
      request({ service: "sts", action, region, params }, credential, settings, deadline),
    )) as { Credentials?: TemporaryKey; ExpiredTime?: number };
    return fromTemporary(answer.Credentials, answer.ExpiredTime, `${action} of ${roleArn}`);
  }
}

function staticKey(settings: Settings): Credential | undefined {
  const secretId = setting(settings, "tencentcloud:secretId", "TENCENTCLOUD_SECRET_ID");
  const secretKey = setting(settings, "tencentcloud:secretKey", "TENCENTCLOUD_SECRET_KEY");
  if (!secretId && !secretKey) return undefined;
  if (!secretId || !secretKey) {
    const [given, missing] = secretId ? ["secretId", "secretKey"] : ["secretKey", "secretId"];
    throw new Error(
      `tencentcloud:${given} is set (in config or environment) but tencentcloud:${missing} is not`,
    );
  }
  // The vendor's Terraform provider, Node SDK and CLI each have a name of their own.
  const token = setting(
    settings,
    "tencentcloud:securityToken",
    "TENCENTCLOUD_SECURITY_TOKEN",
    "TENCENTCLOUD_SESSION_TOKEN",
    "TENCENTCLOUD_TOKEN",
  );
  return { secretId, secretKey, ...(token ? { token } : {}) };
}

function keyOf({ secretId, secretKey, token }: Profile, where: string): Credential {
  if (!secretId || !secretKey)
    throw new Error(`${where} has no secretId and secretKey; run: tccli configure`);
  return { secretId, secretKey, ...(token ? { token } : {}) };
}

/** Config `tencentcloud:assumeRole`, or its environment variables. */
function configuredRole(settings: Settings): (AssumeRole & { more?: object }) | undefined {
  const config = configObject(settings, "tencentcloud:assumeRole");
  const read = (key: string, ...names: string[]) => config[key] ?? firstEnv(settings, names);
  const roleArn = read("roleArn", "TENCENTCLOUD_ASSUME_ROLE_ARN", "TENCENTCLOUD_ROLE_ARN");
  if (!roleArn) return undefined;
  const sessionName = read(
    "sessionName",
    "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME",
    "TENCENTCLOUD_ROLE_SESSION_NAME",
  );
  const duration = read("sessionDuration", "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION");
  const externalId = read("externalId", "TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID");
  const more = {
    SourceIdentity: read("sourceIdentity", "TENCENTCLOUD_ASSUME_ROLE_SOURCE_IDENTITY"),
    SerialNumber: read("serialNumber", "TENCENTCLOUD_ASSUME_ROLE_SERIAL_NUMBER"),
    TokenCode: read("tokenCode", "TENCENTCLOUD_ASSUME_ROLE_TOKEN_CODE"),
  };
  return {
    roleArn: String(roleArn),
    ...(sessionName ? { sessionName: String(sessionName) } : {}),
    ...(duration ? { durationSeconds: Number(duration) } : {}),
    ...(externalId ? { externalId: String(externalId) } : {}),
    ...(config.policy ? { policy: String(config.policy) } : {}),
    more,
  };
}

/** The part that the federated ways to a role share. */
function federatedRole(config: Record<string, unknown>, settings: Settings): object | undefined {
  const roleArn = config.roleArn ?? settings.env("TENCENTCLOUD_ASSUME_ROLE_ARN");
  if (!roleArn) return undefined;
  const sessionName = config.sessionName ?? settings.env("TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME");
  const duration = config.sessionDuration ?? settings.env("TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION");
  return {
    RoleArn: roleArn,
    RoleSessionName: sessionName ?? SESSION_NAME,
    DurationSeconds: Number(duration ?? ROLE_DURATION),
  };
}

/** A temporary key, in the shape that STS and the metadata service share. */
interface TemporaryKey {
  TmpSecretId?: string;
  TmpSecretKey?: string;
  Token?: string;
  ExpiredTime?: number;
}

/** @param expires - seconds since 1970. */
function fromTemporary(
  key: TemporaryKey | undefined,
  expires: number | undefined,
  source: string,
): Credential {
  const { TmpSecretId, TmpSecretKey, Token } = key ?? {};
  if (!TmpSecretId || !TmpSecretKey || !Token) throw new Error(`${source} answered without a complete key`);
  return { secretId: TmpSecretId, secretKey: TmpSecretKey, token: Token, expires: (expires ?? 0) * 1000 };
}

/** Errors of the moment, which say nothing of whether the role is to be had. */
const passing = /^(RequestLimitExceeded|InternalError|ServiceUnavailable|HTTP5\d\d|UnreadableAnswer)/;

/** `first`, or what `other` gives if the cloud refuses the first and there is another. */
function orElse(first: Source, other: () => Source): Source {
  return async (deadline) => {
    try {
      return await first(deadline);
    } catch (error) {
      const refused =
        error instanceof CloudError && error.requestId !== undefined && !passing.test(error.code);
      if (!refused) throw error;
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
