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
import { schema } from "../core/util/schema";
import { namesOf, type Setting, type Settings, settingOf, textOf } from "../core/util/settings";
import { findProfile, type Profile, readProfile, readSharedKey } from "./profiles";
import { api, type Credential } from "./request";
import { names, saml, webIdentity } from "./settings";

/** Name under which we assume roles, where the user gives none. */
const SESSION_NAME = "pulumi-cloud-attachments";

/** Default of the vendor's Terraform provider, in seconds. */
const ROLE_DURATION = 7200;

/** Tells of a virtual machine's own role. Plain http by nature: it never leaves the host. */
const METADATA = "http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/";

/**
 * What the vendor's Pulumi package would use: config `tencentcloud:*`, its environment variables, the CLI's profile, roles, and
 * last the file that the vendor's SDKs share. The SDK's own chain is not used: it prints failures, keeps them for ever, and
 * gives empty keys instead of an error.
 */
export class TencentcloudCredentials implements Ways<Credential> {
  constructor(
    readonly region: string,
    readonly settings: Settings,
  ) {}

  ambient(): Source<Credential> {
    return chain<Credential>(
      [
        ["MFA", () => this.#refuseMfa()],
        ["web identity", () => this.#webIdentity()],
        ["SAML", () => this.#saml()],
        ["role of a pod in TKE", () => this.#pod()],
        ["role to assume", () => this.#configuredRole()],
        ["the credentials alone", () => this.base()],
      ],
      NONE,
    );
  }

  base(): Source<Credential> {
    return chain<Credential>(
      [
        ["secret id", () => this.#secretId()],
        ["role of this CVM instance", () => this.#camRole()],
        ["profile of the CLI, else the one named `default`", () => this.#chosenProfile()],
        ["the SDKs' file", () => this.#sharedFile()],
      ],
      NONE,
    );
  }

  profile(name: string): Source<Credential> {
    return this.#fromProfile(name, findProfile(name, "connection.profile", this.settings));
  }

  /** STS AssumeRole. */
  assume(wanted: AssumeRole, source: Source<Credential>, more: Params = {}): Source<Credential> {
    const own = new Renewable(source);
    const params = {
      ...roleParams(wanted),
      ExternalId: wanted.externalId,
      // "The policy must be URL-encoded."
      Policy: wanted.policy && encodeURIComponent(wanted.policy),
      ...more,
    };
    return async (deadline) => this.#issue("AssumeRole", params, await own.current(deadline), deadline);
  }

  #value(setting: Setting): string | undefined {
    return textOf(this.settings, setting);
  }

  #refuseMfa(): undefined {
    if (this.#value(names.mfaCertification) === undefined) return;
    throw new Error(
      "tencentcloud:mfaCertification is not supported here: log in with tccli and choose its profile",
    );
  }

  /** A role by what an identity provider says of us: unsigned. */
  #federated(
    action: string,
    group: typeof webIdentity,
    params: (token: string, party: string) => Params,
  ): Source<Credential> | undefined {
    const [token, party] = [this.#value(group.token), this.#value(group.party)];
    const wanted = configuredRole(this.settings, group);
    if (!token || !party || !wanted) return undefined;
    const all = { ...roleParams(wanted), ...params(token, party) };
    return (deadline) => this.#issue(action, all, undefined, deadline);
  }

  #webIdentity(): Source<Credential> | undefined {
    return this.#federated("AssumeRoleWithWebIdentity", webIdentity, (WebIdentityToken, ProviderId) => ({
      WebIdentityToken,
      ProviderId,
    }));
  }

  #saml(): Source<Credential> | undefined {
    return this.#federated("AssumeRoleWithSAML", saml, (SAMLAssertion, PrincipalArn) => ({
      SAMLAssertion,
      PrincipalArn,
    }));
  }

  /** The role of a pod in a TKE cluster. */
  #pod(): Source<Credential> | undefined {
    if (!settingOf(this.settings, names.enablePodOidc)) return undefined;
    const [ProviderId, file, roleArn] = [names.podProvider, names.podTokenFile, names.podRoleArn].map(
      (each) => this.#value(each),
    );
    if (!ProviderId || !file || !roleArn) {
      const needs = "TKE_PROVIDER_ID, TKE_WEB_IDENTITY_TOKEN_FILE and TKE_ROLE_ARN";
      throw unavailable(new Error(`tencentcloud:enablePodOidc needs ${needs}`));
    }
    return async (deadline) => {
      // The cluster renews the file; a token read once would expire.
      const WebIdentityToken = readToken(file, namesOf(names.podTokenFile));
      const params = { ...roleParams({ roleArn }), ProviderId, WebIdentityToken };
      return this.#issue("AssumeRoleWithWebIdentity", params, undefined, deadline);
    };
  }

  /** Config `tencentcloud:assumeRole`, or its environment variables. */
  #configuredRole(): Source<Credential> | undefined {
    const wanted = configuredRole(this.settings, names);
    const more = {
      SourceIdentity: this.#value(names.sourceIdentity),
      SerialNumber: this.#value(names.serialNumber),
      TokenCode: this.#value(names.tokenCode),
    };
    return wanted && this.assume(wanted, this.base(), more);
  }

  #secretId(): Source<Credential> | undefined {
    const key = wholeKey(this.settings, names.secretId, names.secretKey);
    const token = this.#value(names.securityToken);
    return key && (async () => given({ secretId: key.id, secretKey: key.secret, token }));
  }

  /** The role of the virtual machine we run on. */
  #camRole(): Source<Credential> | undefined {
    const name = this.#value(names.camRoleName);
    if (name === undefined) return undefined;
    const url = new URL(encodeURIComponent(name), METADATA);
    const what = `the metadata service, asked for role "${name}",`;
    const about = { action: "security-credentials", what, shape: ownRole };
    return async (deadline) => {
      const key = await askDirectly(url, about, this.settings, deadline);
      return fromTemporary(key, key.ExpiredTime);
    };
  }

  #chosenProfile(): Source<Credential> | undefined {
    const chosen = this.#value(names.profile);
    if (chosen !== undefined) {
      return this.#fromProfile(chosen, findProfile(chosen, namesOf(names.profile), this.settings));
    }
    const found = readProfile("default", this.settings);
    return found && this.#fromProfile("default", found);
  }

  #fromProfile(name: string, profile: Profile): Source<Credential> {
    const key = keyOf(profile, `profile "${name}"`);
    const { "role-arn": roleArn, "role-session-name": sessionName } = profile;
    const source = async () => key;
    return roleArn ? this.assume(given({ roleArn, sessionName }), source) : source;
  }

  #sharedFile(): Source<Credential> | undefined {
    const key = readSharedKey(this.settings);
    return key && (async () => key);
  }

  async #issue(
    action: string,
    params: Params,
    credential: Credential | undefined,
    deadline: Deadline,
  ): Promise<Credential> {
    const secrets = SECRET_PARAMS.map((name) => params[name]?.toString());
    const request = { product: "sts", action, region: this.region, params, secrets } as const;
    const about = { shape: issued, ids: [String(params.RoleArn)] };
    const answer = await askForRole(api, request, about, credential, this.settings, deadline);
    return fromTemporary(answer.Credentials, answer.ExpiredTime);
  }
}

/** Parameters of an STS action. */
type Params = Readonly<Record<string, string | number | undefined>>;

/** Those that no message may repeat. */
const SECRET_PARAMS = ["ExternalId", "TokenCode", "WebIdentityToken", "SAMLAssertion"];

function roleParams(wanted: AssumeRole): Params {
  return {
    RoleArn: wanted.roleArn,
    RoleSessionName: wanted.sessionName ?? SESSION_NAME,
    DurationSeconds: wanted.durationSeconds ?? ROLE_DURATION,
  };
}

function keyOf({ secretId, secretKey, token }: Profile, where: string): Credential {
  if (!secretId || !secretKey)
    throw new Error(`${where} has no secretId and secretKey; run: tccli configure`);
  return given({ secretId, secretKey, token });
}

/** A temporary key, in the shape that STS and the metadata service share. */
const temporaryKey = schema((v) =>
  v.object({ TmpSecretId: keyPart(), TmpSecretKey: keyPart(), Token: keyPart() }),
);

/** Seconds since 1970. The key is asked for each time where it is not told. */
const expiry = schema((v) => v.nullish(v.number()));

/** The part of the answer to AssumeRole and its kin that matters. */
const issued = schema((v) => v.object({ Credentials: temporaryKey(), ExpiredTime: expiry() }));

/** The metadata service has the same, less deep. */
const ownRole = schema((v) => v.object({ ...temporaryKey().entries, ExpiredTime: expiry() }));

/** @param expires - seconds since 1970. */
function fromTemporary(
  { TmpSecretId, TmpSecretKey, Token }: InferOutput<ReturnType<typeof temporaryKey>>,
  expires: number | null | undefined,
): Credential {
  return { secretId: TmpSecretId, secretKey: TmpSecretKey, token: Token, expires: (expires ?? 0) * 1000 };
}

const NONE =
  "no Tencent Cloud credentials: set config tencentcloud:secretId and tencentcloud:secretKey (as secrets), or " +
  "environment TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or run: tccli configure";
