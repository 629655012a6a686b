import type { ComputeWorld, OpenStackWorld, Port, SecurityGroup, Server } from "./world";

/** Readable ids: servers begin with 1, groups with 2, ports with 3, networks with 4. */
const uuid = (kind: number, number: number): string =>
  `${kind}0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

const twelve = Array.from({ length: 12 }, (_, index) => index + 1);
const twoDigits = (number: number): string => String(number).padStart(2, "0");

/**
 * Two projects' servers and groups. In `main`: web-01 to web-12 (servers 1 to 12) with one NIC and the group default;
 * two-nic (21); stopped (22); building (23), which has no port yet; foreign (24), which others have given the group
 * monitoring; half-open (25), whose second NIC has port security off. Groups default (1), web (2), db (3),
 * monitoring (4), stateless (5), two named twin (6 and 7), app-01 to app-12 (101 to 112). In `other`: servers
 * other-01 and other-02 (201 and 202), groups default, web, foreign and app-01 (201, 202, 203 and 211).
 */
export function defaultCompute(main: string, other: string): ComputeWorld {
  const world: ComputeWorld = { servers: {}, ports: {}, securityGroups: {} };
  const group = (
    number: number,
    name: string,
    projectId = main,
    more: Partial<SecurityGroup> = {},
  ): string => {
    world.securityGroups[uuid(2, number)] = { name, projectId, description: "", stateful: true, ...more };
    return uuid(2, number);
  };
  const server = (number: number, name: string, nics: Partial<Port>[], more: Partial<Server> = {}): void => {
    const made: Server = { name, projectId: main, status: "ACTIVE", ...more };
    world.servers[uuid(1, number)] = made;
    nics.forEach((nic, index) => {
      world.ports[uuid(3, 10 * number + index)] = {
        serverId: uuid(1, number),
        projectId: made.projectId,
        networkId: uuid(4, index),
        ipAddress: `10.20.${index}.${number}`,
        portSecurityEnabled: true,
        securityGroupIds: [usual],
        ...nic,
      };
    });
  };

  const usual = group(1, "default", main, { description: "Default security group" });
  group(2, "web");
  group(3, "db");
  const monitoring = group(4, "monitoring");
  group(5, "stateless", main, { stateful: false });
  group(6, "twin");
  group(7, "twin");
  for (const number of twelve) group(100 + number, `app-${twoDigits(number)}`);
  const elsewhere = group(201, "default", other, { description: "Default security group" });
  group(202, "web", other);
  group(203, "foreign", other);
  group(211, "app-01", other);

  for (const number of twelve) server(number, `web-${twoDigits(number)}`, [{}]);
  server(21, "two-nic", [{}, {}]);
  server(22, "stopped", [{}], { status: "SHUTOFF" });
  server(23, "building", [], { status: "BUILD" });
  server(24, "foreign", [{ securityGroupIds: [usual, monitoring] }]);
  server(25, "half-open", [{}, { portSecurityEnabled: false, securityGroupIds: [] }]);
  for (const number of [201, 202]) {
    const name = `other-${twoDigits(number - 200)}`;
    server(number, name, [{ securityGroupIds: [elsewhere] }], { projectId: other });
  }
  return world;
}

/** `projectId("1")`: the projects of OpenStack are demo (1), other (2) and admin (3). */
const projectId = (digit: string): string => digit.padStart(32, "0");

export function defaultWorld(): OpenStackWorld {
  const [demo, other, admin] = [projectId("1"), projectId("2"), projectId("3")];
  const user = (name: string, project: string, ...roles: string[]) => ({
    name,
    domainId: "default",
    password: "simulator-password",
    roles: { [project]: roles },
  });
  return {
    region: "RegionOne",
    tokenSeconds: 3600,
    domains: { default: { name: "Default" } },
    projects: {
      [demo]: { name: "demo", domainId: "default" },
      [other]: { name: "other", domainId: "default" },
      [admin]: { name: "admin", domainId: "default" },
    },
    users: {
      "simulator-user-demo": user("demo", demo, "member", "reader"),
      "simulator-user-reader": user("reader", demo, "reader"),
      "simulator-user-other": user("other", other, "member", "reader"),
      "simulator-user-admin": user("admin", admin, "admin"),
    },
    applicationCredentials: {
      "simulator-application-credential": {
        name: "attachments",
        secret: "simulator-secret",
        userId: "simulator-user-demo",
        projectId: demo,
      },
    },
    tokens: {},
    ...defaultCompute(demo, other),
  };
}
