import {
  type AnyAssociation,
  type Connection,
  connect,
  DeadlineError,
  explain,
  Fate,
  type ListFilter,
  list,
  OperationDeadline,
  retry,
  type Session,
} from "pulumi-cloud-attachments/core";
import { type Attachment, attachmentOf, keyOf } from "./attachment";
import { type Context, typesOf, wantedClouds } from "./context";
import { UsageError } from "./io";
import { Progress } from "./progress";

/** Options that choose attachments. */
export interface FilterOptions {
  parent?: string[];
  group?: string[];
  name?: string[];
  tag?: string[];
}

/** Where attachments are looked for. */
export interface Place {
  association: AnyAssociation;
  region?: string;
  connection?: Connection;
  /** It is in state: a profile recorded there that is not to be had here gives way to the ambient credentials. */
  recorded?: true;
}

/** An association's list that could not be read, in one sentence. */
export class ScanError extends Error {}

/** Every type of every cloud and region that the options name. */
export function placesOf(context: Context): Place[] {
  const { options } = context;
  const clouds = wantedClouds(context);
  const types = typesOf(options).filter(({ cloud }) => clouds.includes(cloud));
  if (types.length === 0) throw new UsageError("no type is of a cloud that is asked for");
  const connection = options.profile ? { connection: { profile: options.profile } } : {};
  const regions = options.region?.map((region) => ({ region })) ?? [{}];
  return types.flatMap((association) => regions.map((region) => ({ association, ...region, ...connection })));
}

/** Every type that `--type` leaves of the clouds of these places, at each of them: what else is attached there is of other types. */
export function typesOfClouds({ options }: Context, places: readonly Place[]): Place[] {
  return places.flatMap((place) =>
    typesOf(options)
      .filter(({ cloud }) => cloud === place.association.cloud)
      .map((association) => ({ ...place, association })),
  );
}

/** One operation on a cloud: a login, a deadline, and a sentence for errors, the same as the resources'. */
export class Operation {
  readonly deadline: OperationDeadline;
  readonly fate: Fate;

  constructor(
    readonly context: Context,
    readonly place: Place,
    sentence: string,
  ) {
    this.fate = new Fate(sentence + (place.region ? ` (${place.region})` : ""));
    this.deadline = new OperationDeadline(context.seconds, "update");
  }

  async connect(): Promise<Session> {
    const { deadline, fate } = this;
    const { association, region, connection, recorded = false } = this.place;
    fate.step = `logging in to ${association.cloud.title}`;
    const where = { ...(region ? { region } : {}), ...(connection ? { connection } : {}), recorded };
    const session = await retry({ association, deadline, fate }, "find", () =>
      deadline.race(connect(association.cloud, where, this.context.settings)),
    );
    if (!region) fate.sentence += ` (${session.region})`;
    return session;
  }

  /** What is said of its failure. */
  failure(error: unknown): ScanError {
    // The hint of the resources names an option of theirs.
    const isLate = error instanceof DeadlineError;
    const sentence = explain(this.fate, this.deadline, isLate ? (this.fate.failure ?? error) : error);
    const late = `; ${this.context.seconds} s have passed (hint: --timeout takes more)`;
    return new ScanError(sentence + (isLate ? late : ""));
  }

  /** Must be called once it is over. */
  end(): void {
    this.deadline.end();
  }
}

/**
 * What is attached at these places and matches, as the lists come. A list that cannot be read costs what it would have told: the
 * others are read all the same.
 *
 * @param failed - is told of each.
 */
export async function* scan(
  context: Context,
  places: readonly Place[],
  filters: FilterOptions,
  failed: (error: ScanError) => void,
): AsyncGenerator<Attachment> {
  const progress = new Progress(context.io);
  const matches = matcherOf(filters);
  // What has no region of its own would be told once a region.
  const told = new Set<string>();
  for (const place of places) {
    try {
      for await (const attachment of scanPlace(context, place, filters, progress)) {
        const key = keyOf(attachment);
        if (told.has(key) || !matches(attachment)) continue;
        if (place.association.isGlobal) told.add(key);
        yield attachment;
      }
    } catch (error) {
      if (!(error instanceof ScanError)) throw error;
      failed(error);
    } finally {
      progress.clear();
    }
  }
}

/** All that is attached and chosen, for what needs it as a whole. */
export async function scanned(
  context: Context,
  filters: FilterOptions,
): Promise<{ found: Attachment[]; failures: string[] }> {
  const found: Attachment[] = [];
  const failures: string[] = [];
  const told = scan(context, placesOf(context), filters, ({ message }) => failures.push(message));
  for await (const attachment of told) found.push(attachment);
  return { found, failures };
}

/** The pages of one place, each as it comes. */
async function* scanPlace(
  context: Context,
  place: Place,
  filters: FilterOptions,
  progress: Progress,
): AsyncGenerator<Attachment> {
  const { association } = place;
  const wanted: ListFilter = {
    ...(filters.parent ? { parents: filters.parent } : {}),
    ...(filters.group ? { groups: filters.group } : {}),
  };
  const operation = new Operation(context, place, `listing ${association.token}`);
  const { deadline, fate } = operation;
  progress.show(() => `${fate.sentence}: ${fate.step}`);
  try {
    const session = await operation.connect();
    for await (const parent of list({ association, session, deadline, fate }, wanted)) {
      for (const pair of parent.attached) yield attachmentOf(association, session, parent, pair);
    }
  } catch (error) {
    throw operation.failure(error);
  } finally {
    operation.end();
  }
}

/** Whether an attachment is one that the options choose. @throws UsageError for a malformed tag. */
export function matcherOf({ parent, group, name, tag }: FilterOptions): (attachment: Attachment) => boolean {
  const names = name?.map(glob);
  const tags = tag?.map((text) => {
    const at = text.indexOf("=");
    if (at === 0) throw new UsageError(`--tag takes <key> or <key>=<value>, not "${text}"`);
    return at < 0 ? { key: text } : { key: text.slice(0, at), value: glob(text.slice(at + 1)) };
  });
  return (attachment) =>
    (parent?.includes(attachment.parent.id) ?? true) &&
    (group?.includes(attachment.group) ?? true) &&
    (names?.some((each) => each.test(attachment.parent.name ?? attachment.parent.id)) ?? true) &&
    (tags?.every(({ key, value }) => {
      const found = attachment.parent.tags?.[key];
      return found !== undefined && (value?.test(found) ?? true);
    }) ??
      true);
}

/** A pattern in which `*` stands for any text, as a whole. */
export function glob(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
