import type { Attachment } from "../attachment";

/** Columns of an attachment. */
export const HEAD = ["CLOUD", "REGION", "PARENT", "NAME", "GROUP", "GROUP NAME", "DETAILS"];

/** The cells of an attachment. */
export function rowOf({
  cloud,
  type,
  region,
  parent,
  group,
  groupName,
  args,
  incomplete,
}: Attachment): string[] {
  const service = `${cloud} ${type.split(/[/:]/)[1]}`;
  const ess = args.port === undefined ? [] : [`port ${args.port}`, `weight ${args.weight}`];
  const details = [...ess, ...(incomplete ? [incomplete] : [])].join(", ");
  return [service, region, parent.id, parent.name ?? "", group, groupName ?? "", details];
}
