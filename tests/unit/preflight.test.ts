import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { alicloud } from "../../providers/alicloud/cloud";
import { associations } from "../../providers/associations";
import { within } from "../../providers/core/cloud/renewable";
import type { AnyAssociation } from "../../providers/core/contract/association";
import type { Cloud, PreflightError, Session, Where } from "../../providers/core/contract/cloud";
import type { Properties } from "../../providers/core/contract/inputs";
import type { Failure } from "../../providers/core/provider/check";
import { handler } from "../../providers/core/provider/handler";
import { UNKNOWN } from "../../providers/core/util/canonical";
import { type Setting, settingsFrom } from "../../providers/core/util/settings";
import { huaweicloud } from "../../providers/huaweicloud/cloud";
import { openstack } from "../../providers/openstack/cloud";
import { opentelekomcloud } from "../../providers/opentelekomcloud/cloud";
import { tencentcloud } from "../../providers/tencentcloud/cloud";

type Texts = Record<string, string>;

/** What a stack holds: `$HOME` in it is the home folder. */
interface Situation {
  config?: Texts;
  env?: Texts;
  where?: Where & { recorded?: boolean };
  /** Files below the home folder. */
  files?: Texts;
}

/** A situation in which no login can work. */
interface Fault extends Situation {
  says: RegExp;
  at?: "region" | "connection";
}

interface Subject {
  cloud: Cloud<Session>;
  /** Where its logins are found to be for a region. None: its catalogue may tell. */
  region?: string;
  /** Plain texts that become part of an address, besides those whose names say so. */
  addresses?: readonly string[];
  faults: Record<string, Fault>;
  /** What is only absent, besides all of it. */
  absent: Record<string, Situation>;
}

const role = { roleArn: "owner/deployer" };
const broken = '{"profiles": [';

/** OpenStack's, and those of a cloud that takes its settings. */
const keystones = (prefix: string): Pick<Subject, "faults" | "absent"> => {
  const at = { [`${prefix}:authUrl`]: "https://iam.example.com/v3" };
  const lab = (text: string): Situation => ({
    files: { ".config/openstack/clouds.yaml": `clouds:\n  lab:\n${text}` },
    where: { connection: { profile: "lab" } },
  });
  const auth = "    auth: { auth_url: https://iam.example.com, username: u, password: p }\n";
  return {
    faults: {
      "a user without password": {
        config: { ...at, [`${prefix}:userName`]: "u" },
        says: /password is missing/,
      },
      "a password without user": {
        config: { ...at, [`${prefix}:password`]: "p" },
        says: /username is missing/,
      },
      "an application credential without secret": {
        config: { ...at, [`${prefix}:applicationCredentialId`]: "a" },
        says: /application_credential_secret is missing/,
      },
      "a secret without application credential": {
        config: { ...at, [`${prefix}:applicationCredentialSecret`]: "s" },
        says: /application_credential_id is missing/,
      },
      "a type of login that is not supported": {
        config: at,
        env: { OS_AUTH_TYPE: "v3oidcpassword" },
        says: /auth_type "v3oidcpassword" .+ is not supported/,
      },
      "a trust": { env: { OS_TRUST_ID: "t" }, says: /OS_TRUST_ID is not supported here/ },
      "an old Keystone": { env: { OS_IDENTITY_API_VERSION: "2" }, says: /must be 3/ },
      "an interface that is none": {
        env: { OS_INTERFACE: "outer" },
        says: /must be public, internal or admin/,
      },
      "clouds.yaml that is none": {
        ...lab("\t: ["),
        says: /clouds\.yaml is not valid YAML/,
        at: "connection",
      },
      "a trust in clouds.yaml": {
        ...lab("    auth: { auth_url: https://iam.example.com, trust_id: t }\n"),
        says: /auth\.trust_id in clouds\.yaml is not supported here/,
        at: "connection",
      },
      "a flag in clouds.yaml that is none": {
        ...lab(`${auth}    verify: perhaps\n`),
        says: /verify in clouds\.yaml must be true or false/,
        at: "connection",
      },
    },
    absent: {
      "a cloud that OS_CLOUD names": { env: { OS_CLOUD: "lab" } },
      "clouds.yaml where OS_CLIENT_CONFIG_FILE says": {
        env: { OS_CLOUD: "lab", OS_CLIENT_CONFIG_FILE: "$HOME/none.yaml" },
      },
      "the environment that OS_CLOUD=envvars means": { env: { OS_CLOUD: "envvars" } },
      "a certificate's file": { env: { OS_CACERT: "$HOME/none.pem" }, config: at },
    },
  };
};

const subjects: readonly Subject[] = [
  {
    cloud: alicloud,
    region: "cn-hangzhou",
    faults: {
      "an access key without its secret": {
        env: { ALICLOUD_ACCESS_KEY: "k" },
        says: /alicloud:accessKey is set .+ but alicloud:secretKey is not/,
      },
      "a secret without its access key": {
        config: { "alicloud:secretKey": "k" },
        says: /alicloud:secretKey is set .+ but alicloud:accessKey is not/,
      },
      "half a key below a role": {
        config: { "alicloud:secretKey": "k" },
        where: { connection: { assumeRole: role } },
        says: /alicloud:secretKey is set/,
      },
      "a profile in a file that is none": {
        files: { ".aliyun/config.json": broken },
        env: { ALICLOUD_ACCESS_KEY: "k", ALICLOUD_SECRET_KEY: "s" },
        where: { connection: { profile: "work" } },
        says: /config\.json is not a JSON file/,
        at: "connection",
      },
      "a profile without its key": {
        files: { ".aliyun/config.json": '{"profiles":[{"name":"work"}]}' },
        where: { connection: { profile: "work" } },
        says: /profile "work" has no access key/,
        at: "connection",
      },
      "a profile of a mode to come": {
        files: { ".aliyun/config.json": '{"profiles":[{"name":"work","mode":"Later"}]}' },
        env: { ALICLOUD_PROFILE: "work" },
        says: /mode "Later", which is not supported here/,
      },
    },
    absent: {
      "the CLI's file where a setting says": {
        config: { "alicloud:profile": "work", "alicloud:sharedCredentialsFile": "$HOME/none.json" },
      },
      "a web token's file": {
        env: {
          ALIBABA_CLOUD_ROLE_ARN: "r",
          ALIBABA_CLOUD_OIDC_PROVIDER_ARN: "p",
          ALIBABA_CLOUD_OIDC_TOKEN_FILE: "$HOME/none",
        },
      },
    },
  },
  {
    cloud: tencentcloud,
    region: "ap-guangzhou",
    addresses: ["domain"],
    faults: {
      "a secret id without its key": {
        env: { TENCENTCLOUD_SECRET_ID: "i" },
        says: /tencentcloud:secretId is set .+ but tencentcloud:secretKey is not/,
      },
      "a secret key without its id": {
        config: { "tencentcloud:secretKey": "k" },
        says: /tencentcloud:secretKey is set .+ but tencentcloud:secretId is not/,
      },
      MFA: {
        config: { "tencentcloud:mfaCertification": "{}" },
        says: /mfaCertification is not supported here/,
      },
      "a profile in a file that is none": {
        files: { ".tccli/work.credential": broken },
        where: { connection: { profile: "work" } },
        says: /work\.credential is not a JSON file/,
        at: "connection",
      },
      "a profile without its key": {
        files: { ".tccli/work.credential": "{}" },
        where: { connection: { profile: "work", assumeRole: role } },
        says: /profile "work" has no secretId and secretKey/,
        at: "connection",
      },
    },
    absent: {
      "the CLI's folder where a setting says": {
        config: { "tencentcloud:profile": "work", "tencentcloud:sharedCredentialsDir": "$HOME/none" },
      },
      "the variables of a pod": { config: { "tencentcloud:enablePodOidc": "true" } },
    },
  },
  {
    cloud: huaweicloud,
    region: "cn-north-4",
    addresses: ["cloud"],
    faults: {
      "an access key without its secret": {
        env: { HW_ACCESS_KEY: "k" },
        says: /the secret key is not where the access key is/,
      },
      "a secret without its access key": {
        env: { HW_SECRET_KEY: "k" },
        says: /huaweicloud:secretKey \(HW_SECRET_KEY\) is set without the access key/,
      },
      "a user without password": {
        env: { HW_USER_NAME: "u", HW_DOMAIN_NAME: "d" },
        says: /the password is missing/,
      },
      "a password without user": { env: { HW_USER_PASSWORD: "p" }, says: /is set without the user/ },
      "an agency with a password": {
        env: { HW_USER_NAME: "u", HW_DOMAIN_NAME: "d", HW_USER_PASSWORD: "p" },
        where: { connection: { assumeRole: role } },
        says: /an agency can be assumed with an access key only/,
        at: "connection",
      },
      "an agency with an external id": {
        where: { connection: { assumeRole: { ...role, externalId: "e" } } },
        says: /assumeRole\.externalId: an agency has none/,
        at: "connection",
      },
      "a profile in a file that is none": {
        files: { ".hcloud/config.json": broken },
        env: { HW_ACCESS_KEY: "k", HW_SECRET_KEY: "s" },
        where: { connection: { profile: "work" } },
        says: /config\.json is not a JSON file/,
        at: "connection",
      },
    },
    absent: { "hcloud's file where a setting says": { env: { HW_SHARED_CONFIG_FILE: "$HOME/none.json" } } },
  },
  {
    cloud: opentelekomcloud,
    faults: {
      ...keystones("opentelekomcloud").faults,
      "an access key without its secret": {
        env: { OS_AUTH_URL: "https://iam.eu-de.otc.t-systems.com/v3", OS_ACCESS_KEY: "k" },
        says: /the secret key is missing; set config opentelekomcloud:secretKey/,
      },
      "a secret without its access key": {
        env: { OS_AUTH_URL: "https://iam.eu-de.otc.t-systems.com/v3", OS_SECRET_KEY: "k" },
        says: /the access key is missing; set config opentelekomcloud:accessKey/,
      },
      "no region, for a key": {
        env: {
          OS_AUTH_URL: "https://iam.eu-de.otc.t-systems.com/v3",
          OS_ACCESS_KEY: "k",
          OS_SECRET_KEY: "s",
        },
        says: /^no Open Telekom Cloud region: give the argument `region`/,
        at: "region",
      },
      "an agency with a token": {
        env: { OS_AUTH_URL: "https://iam.eu-de.otc.t-systems.com/v3", OS_TOKEN: "t" },
        where: { connection: { assumeRole: role } },
        says: /an agency can be assumed with an access key only/,
        at: "connection",
      },
    },
    absent: keystones("opentelekomcloud").absent,
  },
  {
    cloud: openstack,
    faults: {
      ...keystones("openstack").faults,
      "a role": {
        where: { connection: { assumeRole: role } },
        says: /OpenStack has no roles to assume/,
        at: "connection",
      },
    },
    absent: keystones("openstack").absent,
  },
];

const NONSENSE = "::nonsense::";

/** Every way in which one setting can be malformed, by the table that the code reads. */
function malformed(key: string, setting: Setting, isAddress: boolean): Record<string, Fault> {
  const { config, env = [], read } = setting;
  const [object = "", member] = config?.split(".") ?? [];
  const inObject = (value: unknown) => JSON.stringify({ [member ?? ""]: value });
  const faults: Record<string, Fault> = {};
  if (member) {
    faults[`${key}: an object that is no JSON`] = {
      config: { [object]: "{" },
      says: RegExp(`${object} is not valid JSON`),
    };
    faults[`${key}: no text`] = {
      config: { [object]: inObject({ a: 1 }) },
      says: RegExp(`${object}.+ must be a text`),
    };
  }
  if (!read && !isAddress) return faults;
  // An error names the place, or the endpoint; a text that may hold a password is not in it.
  const says = read ? RegExp(`${config}|${env[0]}`) : /URL|host|endpoint/;
  if (config) {
    faults[`${key} in config`] = { config: { [object]: member ? inObject(NONSENSE) : NONSENSE }, says };
  }
  // Variables of OpenStack count on Huawei Cloud only where this one is Huawei's.
  for (const name of env.filter((each) => config !== "huaweicloud:authUrl" || each !== "OS_AUTH_URL"))
    faults[`${key} in ${name}`] = { env: { [name]: NONSENSE }, says };
  return faults;
}

for (const { cloud, region, addresses = [], faults, absent } of subjects) {
  describe(`offline, ${cloud.title}`, () => {
    let home: string;

    beforeEach(() => {
      home = mkdtempSync(join(tmpdir(), "offline-"));
    });
    afterEach(() => rmSync(home, { recursive: true }));

    const here = region ? { [`${cloud.name}:region`]: region } : {};

    /** Settings of a stack in this situation. Whatever made a request would meet no proxy, and fail in another way. */
    function settingsOf({ config = {}, env = {}, files = {} }: Situation) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(home, name)), { recursive: true });
        writeFileSync(join(home, name), text);
      }
      const filled = (texts: Texts): Texts =>
        Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.replace("$HOME", home)]));
      const [own, variables] = [filled(config), filled(env)];
      const proxies = { https_proxy: "http://127.0.0.1:1", http_proxy: "http://127.0.0.1:1" };
      return settingsFrom((key) => own[key], { HOME: home, ...proxies, ...variables });
    }

    function told(situation: Situation): PreflightError | undefined {
      try {
        cloud.preflight?.(situation.where ?? {}, settingsOf(situation));
        return undefined;
      } catch (error) {
        return error as PreflightError;
      }
    }

    async function isTold({ says, at, ...situation }: Fault): Promise<void> {
      const fault = told(situation);
      assert.ok(fault, "preview says nothing");
      assert.match(fault.message, says);
      assert.equal(fault.property, at);
      await assert.rejects(cloud.connect(situation.where ?? {}, settingsOf(situation), within(5_000)), {
        message: fault.message,
      });
    }

    const isAddress = (key: string) =>
      /endpoint_override$|[a-z]Endpoint$|[uU]rl$/.test(key) || addresses.includes(key);
    const table = Object.entries(cloud.settings).map(([key, setting]) =>
      malformed(key, setting, isAddress(key)),
    );
    for (const [what, fault] of Object.entries({ ...Object.assign({}, ...table), ...faults } as Record<
      string,
      Fault
    >)) {
      it(`tells, as a login does: ${what}`, () =>
        isTold({ ...fault, config: { ...(what.includes("no region") ? {} : here), ...fault.config } }));
    }
    for (const [key, config] of Object.entries({
      "leave for plain http": { "pulumi-cloud-attachments:allowPlainHttp": "perhaps" },
      "rates that are no JSON": { "pulumi-cloud-attachments:requestsPerSecond": "{" },
      "rates that are no object": { "pulumi-cloud-attachments:requestsPerSecond": "7" },
      "a rate that is none": { "pulumi-cloud-attachments:requestsPerSecond": '{"A":0}' },
    })) {
      it(`tells, as a login does: ${key}`, () =>
        isTold({ config: { ...here, ...config }, says: /^config pulumi-cloud-attachments:/ }));
    }

    if (region) {
      it("tells at its property that there is no region, or none that could be one", async () => {
        const says = RegExp(
          `^no ${cloud.title} region: give the argument \`region\`, or set config ${cloud.name}:region`,
        );
        await isTold({ says, at: "region" });
        const evil = { says: /^region "evil.example\/#" is none/, at: "region" as const };
        await isTold({ ...evil, where: { region: "evil.example/#" } });
        await isTold({ ...evil, config: { [`${cloud.name}:region`]: "evil.example/#" } });
        // It is among its outputs, and an update goes there.
        assert.equal(told({ where: { recorded: true } }), undefined);
      });
    }

    const nothing: Record<string, Situation> = {
      everything: {},
      "a profile": { where: { connection: { profile: "work" } } },
      ...(cloud === openstack
        ? {}
        : { "the key of a role": { where: { connection: { assumeRole: role } } } }),
    };
    for (const [what, situation] of Object.entries({ ...nothing, ...absent })) {
      it(`is quiet where only absent here: ${what}`, () => {
        assert.equal(told({ ...situation, config: { ...here, ...situation.config } }), undefined);
      });
    }
    it("is quiet about the region of a profile that is not here", () => {
      assert.equal(told({ where: { connection: { profile: "work" } } }), undefined);
    });

    describe("a preview", () => {
      const all = Object.values(associations).filter((each) => each.cloud.name === cloud.name);
      const wrong = { "pulumi-cloud-attachments:allowPlainHttp": "perhaps" };

      /** What is told of the first resource type's region and connection, and of the resource as a whole. */
      async function check(news: Properties): Promise<Failure[]> {
        const provider = handler(all[0] as AnyAssociation);
        const config = new Map(Object.entries({ ...here, ...wrong }));
        await provider.configure?.({ config: { get: (key: string) => config.get(key), require: String } });
        const failures = (await provider.check({}, news)).failures as Failure[];
        return failures.filter(({ property }) => ["", "region", "connection"].includes(property));
      }

      it("tells one mistake once", async () => {
        assert.equal((await check({})).length, 1);
        for (const news of [{ region: "" }, { connection: { profil: "p" } }, { connection: "p" }]) {
          const failures = await check(news);
          assert.deepEqual(
            failures.map(({ property }) => property),
            Object.keys(news),
            JSON.stringify(failures),
          );
        }
      });

      it("waits for a region and a connection that are not known yet", async () => {
        for (const news of [
          { region: UNKNOWN },
          { connection: UNKNOWN },
          { connection: { profile: UNKNOWN } },
        ]) {
          assert.deepEqual(await check(news), []);
        }
      });
    });
  });
}
