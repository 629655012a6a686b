import type { Attachment, Compared, Status } from "../../cli/attachment";

const roles = ["web", "api", "worker", "db", "cache"];
const places = [
  ["alicloud", "alicloud/ecs:SecurityGroupAttachment", "cn-hangzhou", ["vpc-prod", "vpc-staging"]],
  ["tencentcloud", "tencentcloud/cvm:SecurityGroupAttachment", "ap-guangzhou", ["vpc-games"]],
  ["openstack", "openstack/compute:SecurityGroupAttachment", "RegionOne", [undefined]],
] as const;

/** As many attachments as a large account has: instances of five roles, each in the groups of its role and its network. */
export function manyAttachments(count: number): Attachment[] {
  const made: Attachment[] = [];
  for (let number = 0; made.length < count; number++) {
    const [cloud, type, region, networks] = places[number % places.length] as (typeof places)[number];
    const role = roles[Math.floor(number / 3) % roles.length] as string;
    const network = networks[Math.floor(number / 3) % networks.length];
    const name = `${role}-${String(Math.floor(number / 15) + 1).padStart(2, "0")}`;
    const id = `i-${number.toString(16).padStart(6, "0")}`;
    // Here and there a hand has added something.
    const own = number % 7 === 3 ? [`sg-debug-${number % 4}`] : [];
    for (const group of [`sg-${role}`, ...(network ? [`sg-${network.slice(4)}`] : []), ...own]) {
      if (made.length === count) break;
      made.push({
        type,
        id: `${id}:${group}`,
        cloud,
        region,
        accountId: "1000000000000001",
        parent: { id, name, ...(network ? { network } : {}) },
        group,
        args: { instanceId: id, securityGroupId: group },
      });
    }
  }
  return made;
}

/** The same as a difference: one in nine is gone, one in eleven is not declared. */
export function manyCompared(count: number): Compared[] {
  const statusOf = (index: number): Status =>
    index % 9 === 4 ? "gone" : index % 11 === 5 ? "undeclared" : "managed";
  return manyAttachments(count).map((each, index) => ({ ...each, status: statusOf(index) }));
}
