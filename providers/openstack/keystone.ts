import type { InferOutput } from "valibot";
import { notTheApis } from "../core/cloud/answer";
import type { TlsSettings } from "../core/cloud/http";
import { header } from "../core/cloud/http";
import { type Expiring, Renewable } from "../core/cloud/renewable";
import type { Deadline, Vendor } from "../core/contract/cloud";
import { given } from "../core/util/given";
import { schema } from "../core/util/schema";
import type { Settings } from "../core/util/settings";
import { LOGIN } from "./errors";
import { type Authenticator, Client, isUnauthorized, type Proof, type Unsigned } from "./request";

/** A user, a project or a domain: by id, or by name (a user's and a project's in a domain). */
export type Reference = { id: string } | { name: string; domain?: Reference };

/** What proves who logs in. Source: Identity API v3, "Password authentication", "Authenticating with an Application Credential". */
export type Identity =
  | { method: "password"; user: Reference; password: string }
  | { method: "token"; token: string }
  | { method: "application_credential"; credential: Reference; user?: Reference; secret: string };

/** What Keystone needs to know for a token. */
export interface Login {
  /** With or without `/v3`. */
  authUrl: URL;
  identity: Identity;
  /** The project to work in. An application credential has its own. */
  project?: Reference;
  tls: TlsSettings;
}

/** One token, with what Keystone tells along with it. Its end shows when a service refuses it: clocks differ. */
export interface Token extends Expiring {
  value: string;
  projectId?: string;
  catalogue: CatalogueEntry[];
}

const issued = schema((v) => {
  const endpoint = v.object({
    interface: v.string(),
    region: v.nullish(v.string()),
    region_id: v.nullish(v.string()),
    url: v.string(),
  });
  const catalog = v.array(v.object({ type: v.string(), endpoints: v.array(endpoint) }));
  const project = v.nullish(v.object({ id: v.string() }));
  return v.object({ token: v.object({ project, catalog: v.optional(catalog) }) });
});

/** A service in the catalogue. */
export type CatalogueEntry = NonNullable<InferOutput<ReturnType<typeof issued>>["token"]["catalog"]>[number];

/** Tokens of one login: one at a time, kept until a service refuses it. */
export class Keystone implements Authenticator {
  readonly #tokens: Renewable<Token>;
  readonly #client: Client;
  readonly #login: Login;

  constructor(cloud: Vendor, login: Login, settings: Settings) {
    this.#login = login;
    this.#client = new Client(cloud, settings, login.tls);
    this.#tokens = new Renewable((deadline) => this.#obtain(deadline));
  }

  /** The present token. @throws CloudError */
  token(deadline: Deadline): Promise<Token> {
    return this.#tokens.current(deadline);
  }

  prove<T>(_request: Unsigned, deadline: Deadline, call: (proof: Proof) => Promise<T>): Promise<T> {
    return this.#tokens.use(deadline, isUnauthorized, ({ value }) =>
      call({ headers: { "x-auth-token": value }, secrets: [value] }),
    );
  }

  async #obtain(deadline: Deadline): Promise<Token> {
    const login = this.#login;
    const url = new URL(
      `${login.authUrl.href.replace(/(?<!\/)\/+$/, "").replace(/\/v3$/, "")}/v3/auth/tokens`,
    );
    const about = { product: "identity", action: LOGIN.token, ids: [] };
    const request = { ...about, url, body: authBody(login), secrets: secretsOf(login) };
    const reply = await this.#client.request(request, { accountId: "", region: "" }, deadline, issued);
    const { token } = reply.body;
    const value = header(reply, "x-subject-token");
    if (!value) {
      const source = { action: LOGIN.token, requestId: reply.requestId };
      throw notTheApis(`${url.host} issued no token`, source);
    }
    return given({ value, projectId: token.project?.id, catalogue: token.catalog ?? [] });
  }
}

function authBody({ identity, project }: Login): unknown {
  return {
    auth: {
      identity: { methods: [identity.method], [identity.method]: methodBody(identity) },
      ...(project && identity.method !== "application_credential" ? { scope: { project } } : {}),
    },
  };
}

function methodBody(identity: Identity): unknown {
  if (identity.method === "token") return { id: identity.token };
  if (identity.method === "password") return { user: { ...identity.user, password: identity.password } };
  const { credential, user, secret } = identity;
  return given({ ...credential, user, secret });
}

function secretsOf({ identity }: Login): string[] {
  if (identity.method === "token") return [identity.token];
  return [identity.method === "password" ? identity.password : identity.secret];
}
