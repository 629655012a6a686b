import assert from "node:assert/strict";
import { securityGroupAttachment } from "../../providers/opentelekomcloud/compute/security-group-attachment";
import type { Simulator } from "../../simulator/index";
import { uuid } from "../contract/servers";
import { onServers } from "../kit/attached";
import { credentials } from "./rules";
import type { Account, Vendor } from "./vendor";

const keys: Record<Account, [string, string]> = {
  main: ["simulator-main-key", "simulator-main-secret"],
  other: ["simulator-other-key", "simulator-other-secret"],
};
const project = "eu-de";
const urls = ({ endpoints }: Simulator) =>
  endpoints.opentelekomcloud as Record<"authUrl" | "ecs" | "vpc", string>;

const vendor: Vendor = {
  association: securityGroupAttachment,
  attach: "addSecurityGroup",
  region: "eu-de",
  accounts: { main: "21".padStart(32, "0"), other: "22".padStart(32, "0") },
  pairs: {
    main: [
      { instanceId: uuid(1, 1), securityGroupId: uuid(2, 101) },
      { instanceId: uuid(1, 1), securityGroupId: uuid(2, 102) },
      { instanceId: uuid(1, 2), securityGroupId: uuid(2, 101) },
    ],
    other: [{ instanceId: uuid(1, 201), securityGroupId: uuid(2, 211) }],
  },
  attached: ({ opentelekomcloud }) => onServers(opentelekomcloud),
  where(simulator) {
    const { authUrl, ecs, vpc } = urls(simulator);
    return {
      "opentelekomcloud:authUrl": authUrl,
      "opentelekomcloud:endpointOverrides": JSON.stringify({ compute: ecs, network: vpc }),
    };
  },
  inConfig(simulator, account) {
    const [accessKey, secretKey] = keys[account];
    return {
      ...this.where(simulator),
      "opentelekomcloud:accessKey": accessKey,
      "opentelekomcloud:secretKey": secretKey,
      "opentelekomcloud:tenantName": project,
    };
  },
  // With a password the catalogue tells the endpoints, so that nothing is left for config.
  inEnvironment: (simulator, account) => ({
    OS_AUTH_URL: urls(simulator).authUrl,
    OS_USERNAME: "pulumi",
    OS_PASSWORD: "simulator-password",
    OS_DOMAIN_NAME: `simulator-${account}`,
    OS_PROJECT_NAME: project,
  }),
  regionKey: "opentelekomcloud:region",
  regionVariable: "OS_REGION_NAME",
  profiles(machine, simulator, profiles) {
    const { authUrl, ecs, vpc } = urls(simulator);
    const clouds = Object.entries(profiles).map(([name, account]) => {
      const [ak, sk] = keys[account];
      const auth = { auth_url: authUrl, ak, sk, project_name: project };
      return [
        name,
        {
          auth,
          region_name: this.region,
          compute_endpoint_override: ecs,
          network_endpoint_override: vpc,
        },
      ];
    });
    // YAML takes JSON.
    machine.file(".config/openstack/clouds.yaml", { clouds: Object.fromEntries(clouds) });
  },
  profileKey: "opentelekomcloud:cloud",
  profileVariable: "OS_CLOUD",
  noProfile: (name) => new RegExp(`cloud "${name}" is not in clouds\\.yaml: .+/clouds\\.yaml has `),
  role: { roleArn: "simulator-main/deployer", action: "CreateTemporaryAccessKey" },
  expire({ opentelekomcloud }) {
    for (const key of Object.values(opentelekomcloud.accessKeys)) if (key.securityToken) key.expiresAt = 0;
  },
  clock: /APIGW\.0301: .+hint: check the access key, its secret and the clock/,
};

credentials(vendor, (scene) => {
  const region = { "opentelekomcloud:region": vendor.region };

  it("an agency in config or environment", async () => {
    const login = { ...vendor.inConfig(scene.simulator, "other"), ...region };
    await scene.stack.run({
      ...login,
      "opentelekomcloud:agencyName": "deployer",
      "opentelekomcloud:agencyDomainName": "simulator-main",
    });
    const state = await scene.attach();
    scene.machine.environment({ OS_AGENCY_NAME: "deployer", OS_AGENCY_DOMAIN_NAME: "simulator-main" });
    await scene.stack.run(login);
    await scene.detach(state);
  });

  it("access keys in the environment", async () => {
    const [access, secret] = keys.main;
    scene.machine.environment({ OS_ACCESS_KEY: access, OS_SECRET_KEY: secret, OS_PROJECT_NAME: project });
    await scene.stack.run(vendor.where(scene.simulator));
    await scene.detach(await scene.attach());
  });

  it("an agency needs an access key, and says so", async () => {
    scene.machine.environment(vendor.inEnvironment(scene.simulator, "other"));
    await scene.stack.run(region);
    await assert.rejects(
      scene.attach("main", { connection: { assumeRole: { roleArn: vendor.role?.roleArn } } }),
      /an agency can be assumed with an access key only/,
    );
  });
});
