import { canonical, same } from "../util/canonical";
import { type AnyAssociation, type CommonArgs, type Finding, fieldsOf } from "./association";
import type { Session } from "./cloud";
import { PROVIDER, type Properties } from "./inputs";
import { listIn, memberOf, type PluralAssociation, pairsIn } from "./plural";

/** The layout of outputs that this version writes. */
const LAYOUT = 1;

/**
 * Outputs as saved: everything that read, update and delete have to go by, since they get nothing else. They hold every input;
 * identity and settings as the cloud showed them last; and beside them what no program gives:
 */
export interface Recorded extends CommonArgs, Properties {
  /** The account (on OpenStack the project) that the pair is in, as the cloud itself told. */
  accountId: string;
  region: string;
  /** Whether the cloud showed the pair exactly as declared. */
  confirmed: boolean;
  /** The layout of these outputs. Written by a newer version of the package than this one, they are refused. */
  __schema: number;
  /**
   * For associations with settings that the cloud shows: their declared values, so that drift is found by every refresh and
   * not only by the first; and the names of all inputs, so that read can give them back.
   */
  __declared?: { settings: Properties; inputs: string[] };
}

/** The outputs of a pair that was written or found for these inputs. */
export function outputsOf(
  association: AnyAssociation,
  pair: CommonArgs,
  inputs: Properties,
  { accountId, region }: Pick<Session, "accountId" | "region">,
  { seen, confirmed }: { seen?: Finding<CommonArgs>; confirmed: boolean },
): Recorded {
  const settings = observedOf(association, pair as Properties);
  const names = Object.keys(inputs).filter((name) => name !== PROVIDER);
  return clean({
    ...pair,
    ...shown(seen),
    region,
    accountId,
    confirmed,
    __schema: LAYOUT,
    ...(settings ? { __declared: { settings, inputs: names } } : {}),
  });
}

/** The outputs after a look: what is seen replaces what was seen before, what was declared stays. */
export function refreshed(recorded: Recorded, seen: Finding<CommonArgs>, confirmed: boolean): Recorded {
  return clean({ ...recorded, ...shown(seen), confirmed });
}

/** The pair as it was declared, whatever the cloud showed since. */
export function declaredIn(recorded: Recorded): CommonArgs & Properties {
  return { ...recorded, ...recorded.__declared?.settings };
}

/**
 * The inputs as the engine should compare them with the program from now on: the declared ones, with the settings that the
 * cloud shows as they are there. Undefined where they can only be the declared ones.
 */
export function inputsIn(recorded: Recorded): Properties | undefined {
  const names = recorded.__declared?.inputs;
  return names && Object.fromEntries(names.map((name) => [name, recorded[name]]));
}

/** Whether the cloud shows the pair exactly as declared. */
export function isAsDeclared(
  association: AnyAssociation,
  declared: CommonArgs,
  seen: Finding<CommonArgs>,
): boolean {
  if (seen.state !== "attached" || seen.incomplete) return false;
  return Object.entries(observedOf(association, shown(seen)) ?? {}).every(([name, value]) =>
    same((declared as Properties)[name], value),
  );
}

/**
 * Outputs that say where and what a pair is.
 * @throws Error for outputs that do not, or that a newer version wrote.
 */
export function recordedIn(props: Properties | undefined, id: string): Recorded {
  if (props?.accountId === undefined || props.region === undefined) {
    throw new Error(
      `${id}: an attachment cannot be imported or read by id, since Pulumi does not tell a dynamic resource what to read; ` +
        "declare it and run pulumi up: what is attached already is adopted",
    );
  }
  requireKnownLayout(props);
  return props as Recorded;
}

/** @throws Error for outputs that a newer version of the package wrote. */
export function requireKnownLayout(props: Properties): void {
  const layout = Number(props.__schema ?? LAYOUT);
  if (layout <= LAYOUT) return;
  throw new Error(
    `the state of this attachment was written by a newer pulumi-cloud-attachments (layout ${layout}, this one knows ${LAYOUT}); ` +
      "upgrade the package: npm install pulumi-cloud-attachments@latest",
  );
}

/** Of these values the settings that the cloud shows; undefined where the association has none. */
function observedOf(association: AnyAssociation, values: Properties): Properties | undefined {
  const names = fieldsOf(association).flatMap(([name, field]) => (field.observed ? [name] : []));
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]));
}

function shown(seen: Finding<CommonArgs> | undefined): Properties {
  return seen?.state === "attached" ? { ...seen.observed } : {};
}

/**
 * Outputs of the plural form: as those of a pair, with the list as declared, and beside it `missing`, the members of it that the resource
 * does not hold. The others are attached, or may be: those a delete detaches. Between two layouts that say the same this one is small,
 * since it is empty but for failures and drift.
 */
export interface RecordedFleet extends Recorded {
  missing?: unknown[];
}

/** The outputs for these inputs of the plural form. */
export function fleetOutputs(
  values: Properties,
  { accountId, region }: Pick<Session, "accountId" | "region">,
  { missing, confirmed }: { missing: readonly unknown[]; confirmed: boolean },
): RecordedFleet {
  return clean({ ...values, region, accountId, confirmed, missing, __schema: LAYOUT }) as RecordedFleet;
}

/** The pairs that a resource of the plural form holds. */
export function heldIn(plural: PluralAssociation, recorded: RecordedFleet): Recorded[] {
  const [list] = listIn(plural.single, recorded) ?? [];
  const missing = new Set((recorded.missing ?? []).map(canonical));
  const held = pairsIn(plural, recorded).filter(
    (pair) => !missing.has(canonical(memberOf(plural, list as string, pair))),
  );
  return held.map((pair) => ({ ...pair, accountId: recorded.accountId }) as Recorded);
}

/** Only what JSON can hold: anything else makes Pulumi's serialiser fail after the attach, and nothing would be saved. */
function clean(outputs: Properties): Recorded {
  return JSON.parse(JSON.stringify(outputs)) as Recorded;
}
