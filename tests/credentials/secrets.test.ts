import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ecsSecurityGroupAttachment } from "../../providers/alicloud/ecs/security-group-attachment";
import { forgetAll } from "../../providers/core/cloud/kept";
import type { AnyAssociation } from "../../providers/core/contract/association";
import type { Properties } from "../../providers/core/contract/inputs";
import type { Setting } from "../../providers/core/util/settings";
import { securityGroupAttachment as huaweicloud } from "../../providers/huaweicloud/ecs/security-group-attachment";
import { securityGroupAttachment as openstack } from "../../providers/openstack/compute/security-group-attachment";
import { securityGroupAttachment as opentelekomcloud } from "../../providers/opentelekomcloud/compute/security-group-attachment";
import { cvmSecurityGroupAttachment } from "../../providers/tencentcloud/cvm/security-group-attachment";
import { PROJECT, SERVER, WEB } from "../kit/openstack-server";
import { Machine } from "./machine";
import { Stack } from "./stack";

type Texts = Record<string, string>;

/** A cloud whose API repeats, in every text of a refusal, whatever a test has it repeat. */
interface Subject {
  association: AnyAssociation;
  pair: Properties;
  /** A complete login at `url`. */
  config(url: string): Record<string, string>;
  /** Answers to the calls of a login, by path or action; everything else is refused. */
  logins: Record<string, (url: string) => object>;
  /** Temporary credentials that the login obtains, and the config that makes it do so. */
  issued?: { config: Record<string, string>; texts: string[] };
  /** Endpoints that this resource does not need. */
  unused?: RegExp;
  /** A refusal as the vendor words it. */
  refusal(text: string): object;
}

const hour = () => new Date(Date.now() + 3_600_000).toISOString();
const server = { instanceId: SERVER, securityGroupId: WEB };
const issuedKey = ["9f/8e+7d=6c", "5b&4a 3c%2d"] as const;
const keyOfAgency = () => ({
  credential: { access: "A", secret: issuedKey[0], securitytoken: issuedKey[1], expires_at: hour() },
});
const projects = () => ({ projects: [{ id: PROJECT, name: "eu-de" }] });

const subjects: Record<string, Subject> = {
  alicloud: {
    association: ecsSecurityGroupAttachment,
    pair: { instanceId: "i-1", securityGroupId: "sg-1" },
    unused: /^(ess|ens|vpc)Endpoint$/,
    config: (url) => ({
      "alicloud:endpoints": JSON.stringify({ ecs: url, sts: url }),
      "alicloud:accessKey": "key-id",
      "alicloud:secretKey": "secret-of-the-key",
      "alicloud:region": "cn-beijing",
    }),
    logins: {
      GetCallerIdentity: () => ({ AccountId: "1" }),
      AssumeRole: () => ({
        Credentials: {
          AccessKeyId: "A",
          AccessKeySecret: issuedKey[0],
          SecurityToken: issuedKey[1],
          Expiration: hour(),
        },
      }),
    },
    issued: { config: { "alicloud:assumeRole": '{"roleArn":"r"}' }, texts: [...issuedKey] },
    refusal: (text) => ({ Code: `Refused.${text}`, Message: `no: ${text}`, RequestId: `R-${text}` }),
  },
  tencentcloud: {
    association: cvmSecurityGroupAttachment,
    pair: { instanceId: "ins-1", securityGroupId: "sg-1" },
    config: (url) => ({
      "tencentcloud:endpoints": JSON.stringify({ cvm: url, sts: url }),
      "tencentcloud:secretId": "key-id",
      "tencentcloud:secretKey": "secret-of-the-key",
      "tencentcloud:region": "ap-guangzhou",
    }),
    logins: {
      GetCallerIdentity: () => ({ Response: { AccountId: "1" } }),
      AssumeRole: () => ({
        Response: {
          Credentials: { TmpSecretId: "A", TmpSecretKey: issuedKey[0], Token: issuedKey[1] },
          ExpiredTime: Date.now() / 1000 + 3600,
        },
      }),
    },
    issued: { config: { "tencentcloud:assumeRole": '{"roleArn":"r"}' }, texts: [...issuedKey] },
    refusal: (text) => ({
      Response: { Error: { Code: `Refused.${text}`, Message: `no: ${text}` }, RequestId: `R-${text}` },
    }),
  },
  openstack: {
    association: openstack,
    pair: server,
    config: (url) => ({
      "openstack:authUrl": url,
      "openstack:userName": "me",
      "openstack:password": "secret-of-the-user",
      "openstack:tenantName": "demo",
      "openstack:region": "RegionOne",
    }),
    logins: { "/v3/auth/tokens": catalogue },
    issued: { config: {}, texts: [issuedKey[1]] },
    refusal: (text) => ({ forbidden: { code: 403, message: `no: ${text}` } }),
  },
  huaweicloud: {
    association: huaweicloud,
    pair: server,
    config: (url) => ({
      "huaweicloud:endpoints": JSON.stringify({ ecs: url }),
      "huaweicloud:authUrl": url,
      "huaweicloud:accessKey": "key-id",
      "huaweicloud:secretKey": "secret-of-the-key",
      "huaweicloud:region": "eu-de",
    }),
    logins: { "/v3/projects": projects, "/v3.0/OS-CREDENTIAL/securitytokens": keyOfAgency },
    issued: {
      config: { "huaweicloud:assumeRole": '{"agencyName":"a","domainName":"d"}' },
      texts: [...issuedKey],
    },
    refusal: (text) => ({ error_code: `Refused.${text}`, error_msg: `no: ${text}` }),
  },
  opentelekomcloud: {
    association: opentelekomcloud,
    pair: server,
    config: (url) => ({
      "opentelekomcloud:authUrl": url,
      "opentelekomcloud:endpointOverrides": JSON.stringify({ compute: url }),
      "opentelekomcloud:accessKey": "key-id",
      "opentelekomcloud:secretKey": "secret-of-the-key",
      "opentelekomcloud:region": "eu-de",
    }),
    logins: {
      "/v3/projects": projects,
      "/v3.0/OS-CREDENTIAL/securitytokens": keyOfAgency,
      "/v3/auth/tokens": catalogue,
    },
    issued: {
      config: { "opentelekomcloud:agencyName": "a", "opentelekomcloud:agencyDomainName": "d" },
      texts: [...issuedKey],
    },
    refusal: (text) => ({ error: { code: `Refused.${text}`, message: `no: ${text}` } }),
  },
};

function catalogue(url: string): object {
  const endpoints = [{ interface: "public", region: "RegionOne", url: `${url}/v2.1` }];
  return { token: { project: { id: PROJECT }, catalog: [{ type: "compute", endpoints }] } };
}

/** A secret in every form in which an answer may hold it. */
function formsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret);
  const all = [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const units = Array.from({ length: secret.length }, (_, index) => secret.charCodeAt(index));
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join(""),
    percent,
    percent.replace(/%../g, (code) => code.toLowerCase()),
    all,
    all.toUpperCase(),
    new URLSearchParams({ "": secret }).toString().slice(1),
  ];
}

/** No secret may be told by more than this much of it. */
const PIECE = 8;

for (const [name, subject] of Object.entries(subjects)) {
  const { association, refusal } = subject;
  const table = association.cloud.settings ?? {};

  describe(`secrets of ${association.cloud.title}`, function () {
    this.timeout(20_000);
    let api: Server;
    let url: string;
    let machine: Machine;
    let echo: string;
    /** The calls of a login that are answered: the others are refused. */
    let answered: RegExp;

    before(async () => {
      api = createServer((request, response) => {
        const path = new URL(request.url ?? "", "http://api").pathname;
        const action = String(request.headers["x-acs-action"] ?? request.headers["x-tc-action"] ?? path);
        const login = answered.test(action) ? subject.logins[action] : undefined;
        // Keystone says 201, Alibaba refuses by status, Tencent never does.
        const status = login
          ? action === "/v3/auth/tokens"
            ? 201
            : 200
          : name === "tencentcloud"
            ? 200
            : 403;
        response.writeHead(status, {
          "content-type": "application/json",
          // Its bytes are those of UTF-8.
          "x-openstack-request-id": login ? "R" : `R-${Buffer.from(echo).toString("latin1")}`,
          "x-subject-token": issuedKey[1],
        });
        response.end(JSON.stringify(login ? login(url) : refusal(echo)));
      });
      await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
      url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    });
    after(() => {
      api?.closeAllConnections();
      api?.close();
    });
    beforeEach(async () => {
      forgetAll();
      machine = await Machine.start();
    });
    afterEach(() => machine.leave());

    /** What its user and the audit log read when the cloud echoes `secret`, in a login or after it. */
    async function read(config: Texts, env: Texts, more: Properties = {}) {
      const log = join(machine.home, "audit.log");
      machine.environment({ PULUMI_CLOUD_ATTACHMENTS_LOG: log, ...env });
      const stack = new Stack(association);
      await stack.run(config);
      let told = "";
      await assert.rejects(stack.create({ ...subject.pair, ...more }), (error: Error) => {
        told = `${error.message} ${error.stack}`;
        return true;
      });
      return `${told}\n${machine.has("audit.log") ? readFileSync(log, "utf8") : ""}`;
    }

    function assertHidden(told: string, secret: string): void {
      for (const form of formsOf(secret)) {
        for (let at = 0; at + PIECE <= form.length; at++) {
          const piece = form.slice(at, at + PIECE);
          assert.ok(!told.includes(piece), `it tells ${JSON.stringify(piece)}: ${told}`);
        }
      }
    }

    const secrets = Object.entries(table).filter(([, setting]) => setting.secret);
    /** The login's config and environment with `value` for a setting: in each place where it can stand. */
    function* withValue({ config = "", env = [] }: Setting, value: string): Iterable<[Texts, Texts]> {
      const [key = "", member] = config.split(".");
      const { [key]: known, ...others } = subject.config(url);
      const object = known === undefined || member === undefined ? {} : JSON.parse(known);
      const inObject = (inside: object) =>
        member ? { [key]: JSON.stringify({ ...object, ...inside }) } : {};
      if (key !== "")
        yield [{ ...others, ...(member ? inObject({ [member]: value }) : { [key]: value }) }, {}];
      for (const variable of env) {
        yield [{ ...others, ...(member ? inObject({ [member]: "" }) : {}) }, { [variable]: value }];
      }
    }

    it("are known by name", () => {
      const names = Object.keys(table).filter((key) =>
        /secret|password|token$|tokenCode|assertion|^sk$|^key$|externalId/i.test(key),
      );
      for (const key of names) {
        // An application credential's id and name, a key's id, and the names of files are none.
        if (/_(id|name)$|Id$|File$|shared|^secretId$/.test(key) && key !== "externalId") continue;
        assert.ok(table[key]?.secret, key);
      }
      assert.ok(secrets.length >= 5);
    });

    for (const [key, setting] of secrets) {
      for (const when of ["in a login", "after it"]) {
        it(`${key}: repeated by the cloud ${when}, it is told nowhere`, async () => {
          const secret = 'Zq5ä/"x\\W9"+Kj & %Xw';
          echo = formsOf(secret).join(" ");
          answered = when === "after it" ? /./ : /^$/;
          for (const [config, env] of withValue(setting, secret)) {
            assertHidden(await read(config, env), secret);
          }
        });
      }
    }

    it("obtained for a while: repeated by the cloud, they are told nowhere", async () => {
      const { config = {}, texts = [] } = subject.issued ?? {};
      echo = texts.flatMap(formsOf).join(" ");
      answered = /./;
      const told = await read({ ...subject.config(url), ...config }, {});
      for (const text of texts) assertHidden(told, text);
      assert.match(told, /\*\*\*/);
    });

    if (["alicloud", "tencentcloud"].includes(name)) {
      it("in connection.assumeRole: the external id, repeated by the cloud, is told nowhere", async () => {
        const externalId = 'Gt7/"Vb"+Lm9';
        echo = formsOf(externalId).join(" ");
        answered = /^$/;
        const told = await read(
          subject.config(url),
          {},
          { connection: { assumeRole: { roleArn: "r", externalId } } },
        );
        assertHidden(told, externalId);
      });
    }

    for (const [key, setting] of Object.entries(table)) {
      if (!/endpoint|auth_?url|uri$/i.test(key) || subject.unused?.test(key)) continue;
      it(`${key}: a password in it is refused, and told nowhere`, async () => {
        answered = /./;
        echo = "";
        for (const [config, env] of withValue(setting, "https://me:Zq5-Kj9W%2F@127.0.0.1:1")) {
          // There it would be another cloud's, and not be used.
          if (name === "huaweicloud" && "OS_AUTH_URL" in env) continue;
          // A key would come before the address that hands out keys.
          const keys = key === "credentialsUri" ? { "alicloud:accessKey": "", "alicloud:secretKey": "" } : {};
          const told = await read({ ...config, ...keys }, env);
          assert.match(told, /must not hold a user name or password/);
          assertHidden(told, "Zq5-Kj9W%2F");
        }
      });
    }
  });
}
