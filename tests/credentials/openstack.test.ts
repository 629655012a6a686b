import assert from "node:assert/strict";
import { securityGroupAttachment } from "../../providers/openstack/compute/security-group-attachment";
import type { Simulator } from "../../simulator/index";
import { uuid } from "../contract/servers";
import { onServers } from "../kit/attached";
import { credentials } from "./rules";
import type { Account, Vendor } from "./vendor";

/** Users of the simulator are named after their project. */
const users: Record<Account, string> = { main: "demo", other: "other" };
const password = "simulator-password";
const urlOf = ({ endpoints }: Simulator) => endpoints.openstack.authUrl ?? "";

const vendor: Vendor = {
  association: securityGroupAttachment,
  attach: "addSecurityGroup",
  region: "RegionOne",
  accounts: { main: "1".padStart(32, "0"), other: "2".padStart(32, "0") },
  pairs: {
    main: [
      { instanceId: uuid(1, 1), securityGroupId: uuid(2, 101) },
      { instanceId: uuid(1, 1), securityGroupId: uuid(2, 102) },
      { instanceId: uuid(1, 2), securityGroupId: uuid(2, 101) },
    ],
    other: [{ instanceId: uuid(1, 201), securityGroupId: uuid(2, 211) }],
  },
  attached: ({ openstack }) => onServers(openstack),
  where: () => ({}),
  inConfig: (simulator, account) => ({
    "openstack:authUrl": urlOf(simulator),
    "openstack:userName": users[account],
    "openstack:password": password,
    "openstack:tenantName": users[account],
    "openstack:domainName": "Default",
  }),
  inEnvironment: (simulator, account) => ({
    OS_AUTH_URL: urlOf(simulator),
    OS_USERNAME: users[account],
    OS_PASSWORD: password,
    OS_PROJECT_NAME: users[account],
    OS_USER_DOMAIN_NAME: "Default",
    OS_PROJECT_DOMAIN_NAME: "Default",
  }),
  regionKey: "openstack:region",
  regionVariable: "OS_REGION_NAME",
  profiles(machine, simulator, profiles) {
    const clouds = Object.entries(profiles).map(([name, account]) => {
      const auth = {
        auth_url: urlOf(simulator),
        username: users[account],
        password,
        project_name: users[account],
        domain_name: "Default",
      };
      return [name, { auth, region_name: this.region }];
    });
    // YAML takes JSON.
    machine.file(".config/openstack/clouds.yaml", { clouds: Object.fromEntries(clouds) });
  },
  profileKey: "openstack:cloud",
  profileVariable: "OS_CLOUD",
  noProfile: (name) => new RegExp(`cloud "${name}" is not in clouds\\.yaml: .+/clouds\\.yaml has `),
  login: "createToken",
  expire({ openstack }) {
    for (const token of Object.values(openstack.tokens)) token.expiresAt = 0;
  },
};

credentials(vendor, (scene) => {
  const authUrl = () => urlOf(scene.simulator);
  const { region } = vendor;

  it("an application credential, of config or of clouds.yaml", async () => {
    await scene.stack.run({
      "openstack:authUrl": authUrl(),
      "openstack:applicationCredentialId": "simulator-application-credential",
      "openstack:applicationCredentialSecret": "simulator-secret",
      "openstack:region": region,
    });
    const state = await scene.attach();
    scene.machine.file(
      ".config/openstack/clouds.yaml",
      `clouds:
  lab:
    auth_type: v3applicationcredential
    auth:
      auth_url: ${authUrl()}
      application_credential_id: simulator-application-credential
      application_credential_secret: simulator-secret
`,
    );
    scene.machine.environment({ OS_CLOUD: "lab" });
    await scene.stack.run({});
    await scene.detach(state);
  });

  it("secrets in secure.yaml, and a cloud without region where there is only one", async () => {
    const auth = { auth_url: authUrl(), username: "demo", project_name: "demo", domain_name: "Default" };
    scene.machine.file(".config/openstack/clouds.yaml", { clouds: { lab: { auth } } });
    scene.machine.file(".config/openstack/secure.yaml", { clouds: { lab: { auth: { password } } } });
    await scene.stack.run({});
    await scene.detach(await scene.attach("main", { connection: { profile: "lab" } }));
  });

  it("has no role to assume, and says so", async () => {
    await scene.stack.run({ ...vendor.inConfig(scene.simulator, "main"), "openstack:region": region });
    await assert.rejects(
      scene.attach("main", { connection: { assumeRole: { roleArn: "admin" } } }),
      /OpenStack has no roles to assume; give connection\.profile/,
    );
  });

  it("endpointOverrides take the place of the catalogue", async () => {
    const { compute, network } = scene.simulator.endpoints.openstack;
    scene.simulator.world.openstack.region = "RegionTwo";
    await scene.stack.run({
      ...vendor.inConfig(scene.simulator, "main"),
      "openstack:region": region,
      "openstack:endpointOverrides": JSON.stringify({ compute, network }),
    });
    await scene.detach(await scene.attach());
  });
});
