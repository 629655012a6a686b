import {
  type AnyAssociation,
  associations,
  type CommonArgs,
  identityOf,
  type Properties,
  type Recorded,
  recordedIn,
  typeOf,
} from "pulumi-cloud-attachments/core";
import type { Attachment } from "./attachment";
import { jsonObject } from "./files";
import { UsageError } from "./io";

/** An attachment in a stack's state. */
export interface Declared {
  association: AnyAssociation;
  urn: string;
  id: string;
  recorded: Recorded;
}

const byType = new Map(Object.values(associations).map((each) => [typeOf(each.token), each]));

/** The association of an engine's type; undefined for resources that are not ours. */
export const associationOfType = (type: string): AnyAssociation | undefined => byType.get(type);

interface Resource {
  urn: string;
  type: string;
  id?: string;
  outputs?: Properties;
  /** What is left to be deleted after a replacement. */
  delete?: boolean;
}

/**
 * The attachments of what `pulumi stack export` prints.
 * @throws UsageError for anything else, and for outputs that say too little or are newer than this version.
 */
export function declaredIn(text: string, what: string): Declared[] {
  const { deployment } = jsonObject(text, what);
  if (typeof deployment !== "object" || deployment === null) {
    throw new UsageError(`${what} is not what pulumi stack export prints`);
  }
  const { resources = [] } = deployment as { resources?: Resource[] };
  return resources.flatMap(({ urn, type, id, outputs, delete: isLeft }) => {
    const association = byType.get(type);
    if (!association || isLeft || id === undefined) return [];
    try {
      return [{ association, urn, id, recorded: recordedIn(outputs, id) }];
    } catch (error) {
      throw new UsageError(`${urn}: ${(error as Error).message}`);
    }
  });
}

/** The name of a resource in its program. */
export const nameOf = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);

/** A pair of a state or a plan in the form of a list's: its parent and its group come first and second among the ends. */
export function attachmentOfRecorded(
  association: AnyAssociation,
  id: string,
  recorded: CommonArgs & Properties & { accountId: string; region: string },
): Attachment {
  const { region, accountId } = recorded;
  const own = Object.keys(association.fields).filter((name) => recorded[name] !== undefined);
  const ends = identityOf(association).filter((name) => own.includes(name));
  const parent = String(recorded[ends[0] ?? ""] ?? id);
  const group = String(recorded.vserverGroupId ?? recorded.securityGroupId ?? ends[1] ?? "");
  const args = Object.fromEntries(own.map((name) => [name, recorded[name]]));
  const cloud = association.cloud.name;
  return { type: association.token, id, cloud, region, accountId, parent: { id: parent }, group, args };
}
