import type { Instance, TencentcloudWorld } from "./world";

const main = "100000000001";
const other = "100000000002";
const guangzhou = { accountId: main, region: "ap-guangzhou" };
const singapore = { accountId: main, region: "ap-singapore" };
const elsewhere = { accountId: other, region: "ap-guangzhou" };

/** `numbered("ins-web000", 12, f)` gives ins-web00001 to ins-web00012: eight characters after the dash, as all ids. */
function numbered<T>(prefix: string, count: number, make: (number: string) => T): Record<string, T> {
  const numbers = Array.from({ length: count }, (_, index) => String(index + 1).padStart(2, "0"));
  return Object.fromEntries(numbers.map((number) => [prefix + number, make(number)]));
}

const instance = (place: typeof guangzhou, name: string, ...securityGroupIds: string[]): Instance => ({
  ...place,
  name,
  state: "RUNNING",
  securityGroupIds,
});
const group = (place: typeof guangzhou, name: string) => ({ ...place, name });

/** Two accounts, two regions. The groups named default and foreign are bound by others. */
export function defaultWorld(): TencentcloudWorld {
  return {
    region: "ap-guangzhou",
    regions: ["ap-guangzhou", "ap-shanghai", "ap-beijing", "ap-singapore", "ap-shanghai-fsi"],
    secretIds: {
      "simulator-main-id": { secretKey: "simulator-main-key", accountId: main, userId: "100000000011" },
      "simulator-other-id": { secretKey: "simulator-other-key", accountId: other, userId: "100000000012" },
      "simulator-reader-id": {
        secretKey: "simulator-reader-key",
        accountId: main,
        userId: "100000000013",
        denied: ["cvm:AssociateSecurityGroups", "cvm:DisassociateSecurityGroups"],
      },
    },
    roles: {
      [`qcs::cam::uin/${main}:roleName/deployer`]: { trustedAccountIds: [main, other] },
      [`qcs::cam::uin/${other}:roleName/deployer`]: {
        trustedAccountIds: [main],
        externalId: "simulator-external-id",
      },
    },
    quotas: { securityGroupsPerInstance: 5, instancesPerSecurityGroup: 2000 },
    instances: {
      ...numbered("ins-web000", 12, (number) => instance(guangzhou, `web-${number}`, "sg-default1")),
      "ins-foreign1": instance(guangzhou, "foreign", "sg-default1", "sg-foreign1"),
      "ins-stopped1": { ...instance(guangzhou, "stopped", "sg-default1"), state: "STOPPED" },
      "ins-pending1": { ...instance(guangzhou, "pending", "sg-default1"), state: "PENDING" },
      "ins-isolated": { ...instance(guangzhou, "isolated", "sg-default1"), state: "SHUTDOWN" },
      ...numbered("ins-sgp000", 2, (number) => instance(singapore, `web-${number}`, "sg-default2")),
      "ins-other001": instance(elsewhere, "other", "sg-default3"),
    },
    securityGroups: {
      "sg-default1": group(guangzhou, "default"),
      "sg-foreign1": group(guangzhou, "foreign"),
      ...numbered("sg-app000", 12, (number) => group(guangzhou, `app-${number}`)),
      "sg-default2": group(singapore, "default"),
      ...numbered("sg-sgp000", 2, (number) => group(singapore, `app-${number}`)),
      "sg-default3": group(elsewhere, "default"),
      "sg-other001": group(elsewhere, "app"),
    },
  };
}
