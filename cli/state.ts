import {
  type AnyAssociation,
  associations,
  type CommonArgs,
  identityOf,
  isPlural,
  type PluralAssociation,
  type Properties,
  pairsIn,
  pluginTypeOf,
  pluralOf,
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

const byType = new Map<string, AnyAssociation | PluralAssociation>(
  Object.values(associations).flatMap((each) => [
    [typeOf(each.token), each],
    [pluginTypeOf(each.token), each],
    [typeOf(pluralOf(each).token), pluralOf(each)],
  ]),
);

/** The association of an engine's type, or its plural form; undefined for resources that are not ours. */
export const associationOfType = (type: string): AnyAssociation | PluralAssociation | undefined =>
  byType.get(type);

interface Resource {
  urn: string;
  type: string;
  id?: string;
  outputs?: Properties;
  /** What is left to be deleted after a replacement. */
  delete?: boolean;
}

/**
 * The attachments of what `pulumi stack export` prints; of a list, each pair.
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
      const recorded = recordedIn(opened(outputs, what), id);
      if (!isPlural(association)) return [{ association, urn, id, recorded }];
      const { single } = association;
      const { accountId, region } = recorded;
      return pairsIn(association, recorded).map((pair) => {
        const whole = { ...pair, accountId, region } as Recorded;
        return { association: single, urn, id: single.id(pair), recorded: whole };
      });
    } catch (error) {
      throw new UsageError(`${urn}: ${(error as Error).message}`);
    }
  });
}

/** The mark of a secret in a state, and of one kind of marks in general. */
export const [MARK, SECRET] = ["4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"];

/** Outputs with their secrets as they are, where the export shows them. An id is no secret, but may come from one. */
function opened(outputs: Properties | undefined, what: string): Properties | undefined {
  return (
    outputs &&
    Object.fromEntries(
      Object.entries(outputs).map(([name, value]) => {
        const { [MARK]: mark, plaintext } = (value ?? {}) as Record<string, unknown>;
        if (mark !== SECRET) return [name, value];
        if (typeof plaintext === "string") return [name, JSON.parse(plaintext)];
        throw new Error(`${name} is encrypted in ${what} (hint: pulumi stack export --show-secrets)`);
      }),
    )
  );
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
