import {
  type AnyAssociation,
  associations,
  type CommonArgs,
  type ListedPair,
  type ListedParent,
  type Properties,
  placeOf,
  type Session,
} from "pulumi-cloud-attachments/core";

/** One attachment, as every command prints and reads it in JSON. */
export interface Attachment {
  /** `alicloud/ecs:SecurityGroupAttachment` */
  type: string;
  /** The id of the resource: `i-1:sg-2`. */
  id: string;
  cloud: string;
  region: string;
  accountId: string;
  /** What the group is attached to. */
  parent: { id: string; name?: string; network?: string; tags?: Readonly<Record<string, string>> };
  /** Id of the group. */
  group: string;
  /** Its name, where the list tells. */
  groupName?: string;
  /** The arguments of the resource, with settings as the cloud shows them. */
  args: Properties;
  /** What is not as it should be: `it is on 1 of the server's 2 network interfaces`. */
  incomplete?: string;
}

/** What a difference says of an attachment. */
export type Status = "managed" | "changed" | "gone" | "undeclared";

/** An attachment of a difference. */
export interface Compared extends Attachment {
  status: Status;
  /** The resource that declares it. */
  urn?: string;
}

const byToken = new Map(Object.values(associations).map((each) => [each.token, each]));

/** The association of a type; undefined where this version knows none. */
export const associationOf = (token: string): AnyAssociation | undefined => byToken.get(token);

/** A pair of a list as an attachment. */
export function attachmentOf(
  association: AnyAssociation,
  { accountId, region }: Session,
  { attached: _, ...parent }: ListedParent<CommonArgs>,
  { pair, group, groupName, seen }: ListedPair<CommonArgs>,
): Attachment {
  return {
    type: association.token,
    id: association.id(pair),
    cloud: association.cloud.name,
    region,
    accountId,
    parent,
    group,
    ...(groupName ? { groupName } : {}),
    args: { ...pair } as Properties,
    ...(seen.incomplete ? { incomplete: seen.incomplete } : {}),
  };
}

/** The same for the same attachment, whichever command or state tells of it. */
export function keyOf({
  type,
  id,
  accountId,
  region,
}: Omit<Attachment, "parent" | "group" | "args">): string {
  const association = associationOf(type);
  const place = association ? placeOf(association, { accountId, region }) : `${accountId} ${region}`;
  return `${type} ${place} ${id}`;
}
