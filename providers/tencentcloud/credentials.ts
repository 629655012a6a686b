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
import { readToken } from "../core/cloud/files";
import { exchange } from "../core/cloud/http";
import { Renewable } from "../core/cloud/renewable";
import { send } from "../core/cloud/request";
import type { AssumeRole, Connection, Deadline } from "../core/contract/cloud";
import { parseJson } from "../core/util/json";
import { faults, schema } from "../core/util/schema";
import { flagOf, namesOf, type Setting, type Settings, textOf } from "../core/util/settings";
import { classify, limits } from "./errors";
import { type Profile, profileFolder, readProfile, readSharedKey } from "./profiles";
import { type Credential, request } from "./request";
import { names, saml, webIdentity } from "./settings";

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
 */
export function credentialsFor(
  connection: Connection | undefined,
  region: string,
  settings: Settings,
): Renewable<Credential> {
  return new Renewable(credentialsOf(connection, new TencentcloudCredentials(region, settings)));
}

/** The ways to a credential. */
class TencentcloudCredentials implements Ways<Credential> {
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
    const found = this.#named(name);
    if (found) return found;
    throw unavailable(new Error(`connection.profile: ${noProfile(name, this.settings)}`));
  }

  /** STS AssumeRole. */
  assume(wanted: AssumeRole, source: Source<Credential>, more: Params = {}): Source<Credential> {
    const own = new Renewable(source);
    const params = {
      ...roleParams(wanted),
      ...(wanted.externalId ? { ExternalId: wanted.externalId } : {}),
      // "The policy must be URL-encoded."
      ...(wanted.policy ? { Policy: encodeURIComponent(wanted.policy) } : {}),
      ...more,
    };
    return async (deadline) => this.#temporary("AssumeRole", params, await own.current(deadline), deadline);
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
    return (deadline) => this.#temporary(action, all, undefined, deadline);
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
    if (!flagOf(this.settings, names.enablePodOidc)) return undefined;
    const [ProviderId, file, roleArn] = [names.podProvider, names.podTokenFile, names.podRoleArn].map(
      (each) => this.#value(each),
    );
    if (!ProviderId || !file || !roleArn) {
      throw new Error(
        "tencentcloud:enablePodOidc needs TKE_PROVIDER_ID, TKE_WEB_IDENTITY_TOKEN_FILE and TKE_ROLE_ARN",
      );
    }
    return async (deadline) => {
      // The cluster renews the file; a token read once would expire.
      const WebIdentityToken = readToken(file, namesOf(names.podTokenFile));
      const params = { ...roleParams({ roleArn }), ProviderId, WebIdentityToken };
      return this.#temporary("AssumeRoleWithWebIdentity", params, undefined, deadline);
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
    return key && (async () => ({ secretId: key.id, secretKey: key.secret, ...(token ? { token } : {}) }));
  }

  /** The role of the virtual machine we run on. */
  #camRole(): Source<Credential> | undefined {
    const name = this.#value(names.camRoleName);
    if (name === undefined) return undefined;
    const url = new URL(encodeURIComponent(name), METADATA);
    return async (deadline) => {
      const { status, text } = await exchange(
        { method: "GET", url, headers: {}, action: "security-credentials", timeout: 10_000, direct: true },
        this.settings,
        deadline,
      );
      const answer = status === 200 ? parseJson(text) : undefined;
      if (faults(ownRole, answer).length > 0) {
        throw new Error(
          `the metadata service, asked for role "${name}" (HTTP ${status}), answered without a complete key`,
        );
      }
      const key = answer as InferOutput<ReturnType<typeof ownRole>>;
      return fromTemporary(key, key.ExpiredTime);
    };
  }

  #chosenProfile(): Source<Credential> | undefined {
    const chosen = this.#value(names.profile);
    const found = this.#named(chosen ?? "default");
    if (found || chosen === undefined) return found;
    throw new Error(`${namesOf(names.profile)}: ${noProfile(chosen, this.settings)}`);
  }

  /** A profile of the vendor's CLI, if there is one of that name. */
  #named(name: string): Source<Credential> | undefined {
    const found = readProfile(name, this.settings);
    if (!found) return undefined;
    const source = async () => keyOf(found, `profile "${name}"`);
    const { "role-arn": roleArn, "role-session-name": sessionName } = found;
    return roleArn ? this.assume({ roleArn, ...(sessionName ? { sessionName } : {}) }, source) : source;
  }

  #sharedFile(): Source<Credential> | undefined {
    const found = readSharedKey(this.settings);
    return found && (async () => keyOf(found, "~/.tencentcloud/credentials"));
  }

  async #temporary(
    action: string,
    params: Params,
    credential: Credential | undefined,
    deadline: Deadline,
  ): Promise<Credential> {
    const { region, settings } = this;
    const { RoleArn } = params;
    const about = {
      cloud: "tencentcloud",
      product: "sts",
      accountId: "",
      region,
      action,
      ids: [String(RoleArn)],
    };
    const secrets = SECRET_PARAMS.map((name) => params[name]).filter((value) => value !== undefined);
    const asked = { service: "sts", action, region, params, secrets } as const;
    const once = async () => {
      const reply = await request(asked, credential, settings, deadline);
      const source = { action: `sts:${action}`, requestId: reply.requestId };
      return { ...reply, body: answerOf(issued, reply.body, source) };
    };
    const answer = await role(() => send(about, { limits, settings }, deadline, once), classify);
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

function noProfile(name: string, settings: Settings): string {
  return `there is no ${name}.credential in ${profileFolder(settings)}; run: tccli configure`;
}

function keyOf({ secretId, secretKey, token }: Profile, where: string): Credential {
  if (!secretId || !secretKey)
    throw new Error(`${where} has no secretId and secretKey; run: tccli configure`);
  return { secretId, secretKey, ...(token ? { token } : {}) };
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
