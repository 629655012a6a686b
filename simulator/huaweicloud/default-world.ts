import { defaultCompute } from "../openstack/default-world";
import type { HuaweicloudWorld } from "./world";

/**
 * Two accounts, `simulator-main` and `simulator-other`, each with a project of the region's name; the first has one in
 * another region, too, with nothing in it. Servers and groups are those of the simulated OpenStack. Each account has an
 * agency `deployer` that trusts the other.
 *
 * @param digits - makes the ids of this cloud's projects: 00...0{digits}1, 2 and 3.
 */
export function defaultWorld(region: string, elsewhere: string, digits: string): HuaweicloudWorld {
  const [main, other, second] = ["1", "2", "3"].map((digit) => `${digits}${digit}`.padStart(32, "0")) as [
    string,
    string,
    string,
  ];
  const user = (name: string, domainId: string, roles: Record<string, string[]>) => ({
    name,
    domainId,
    password: "simulator-password",
    roles,
  });
  return {
    region,
    // Source: IAM API Reference, "Obtaining a User Token": valid for 24 hours.
    tokenSeconds: 86_400,
    domains: {
      "simulator-domain-main": { name: "simulator-main" },
      "simulator-domain-other": { name: "simulator-other" },
    },
    projects: {
      [main]: { name: region, domainId: "simulator-domain-main" },
      [other]: { name: region, domainId: "simulator-domain-other" },
      [second]: { name: elsewhere, domainId: "simulator-domain-main" },
    },
    users: {
      "simulator-user-main": user("pulumi", "simulator-domain-main", {
        [main]: ["member"],
        [second]: ["member"],
      }),
      "simulator-user-other": user("pulumi", "simulator-domain-other", { [other]: ["member"] }),
      "simulator-user-reader": user("reader", "simulator-domain-main", { [main]: ["reader"] }),
    },
    accessKeys: {
      "simulator-main-key": { secret: "simulator-main-secret", userId: "simulator-user-main" },
      "simulator-other-key": { secret: "simulator-other-secret", userId: "simulator-user-other" },
      "simulator-reader-key": { secret: "simulator-reader-secret", userId: "simulator-user-reader" },
    },
    agencies: {
      "simulator-agency-main": {
        name: "deployer",
        domainId: "simulator-domain-main",
        trustedDomainId: "simulator-domain-other",
        roles: { [main]: ["member"] },
      },
      "simulator-agency-other": {
        name: "deployer",
        domainId: "simulator-domain-other",
        trustedDomainId: "simulator-domain-main",
        roles: { [other]: ["member"] },
      },
    },
    applicationCredentials: {},
    tokens: {},
    ...defaultCompute(main, other),
  };
}
