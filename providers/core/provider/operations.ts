import type { dynamic } from "@pulumi/pulumi";
import { batchQueue } from "../batching/queue";
import { connect, requireAccount } from "../cloud/sessions";
import type { AnyAssociation, CommonArgs, Finding } from "../contract/association";
import type { Session } from "../contract/cloud";
import { MissingError } from "../contract/errors";
import { DEFAULT_TIMEOUT_SECONDS, type Properties, TIMEOUTS, type Timeouts } from "../contract/inputs";
import { type Recorded, recordedIn } from "../contract/outputs";
import { OperationDeadline } from "../reconcile/deadline";
import { look } from "../reconcile/look";
import { crowdOf, Fate, type PairTask } from "../reconcile/pair-task";
import { reconcile } from "../reconcile/reconcile";
import { retry } from "../reconcile/retry";
import { engineWatched } from "../util/engine";
import { type Settings, settingsFrom } from "../util/settings";
import { detachEnded, forgetDetach, noteDetach, pairKeyOf } from "./claims";
import { explain } from "./explain";

/** An operation on one pair: how long it may take, and what became of it so far. */
export interface Operation {
  readonly deadline: OperationDeadline;
  readonly fate: Fate;
}

/** What the operations of one pair and of many have in common. */
export class Operations {
  protected settings: Settings = settingsFrom(() => undefined);

  /** @param single - what each pair is: of the plural form the association it is derived from. */
  constructor(
    readonly association: AnyAssociation,
    protected readonly single: AnyAssociation = association,
  ) {}

  // Everything is set before the first await: the SDK lets other calls in while a configure is still running.
  configure = async ({ config }: dynamic.ConfigureRequest): Promise<void> => {
    this.settings = settingsFrom((key) => config.get(key));
  };

  /** One operation from start to end: its deadline, its sentence for errors, no stack trace. */
  protected async operate<T>(
    fate: Fate,
    timeout: keyof Timeouts,
    { [TIMEOUTS]: timeouts }: Properties,
    work: (operation: Operation) => Promise<T>,
  ): Promise<T> {
    const seconds = (timeouts as Timeouts | undefined)?.[timeout] ?? DEFAULT_TIMEOUT_SECONDS;
    const deadline = new OperationDeadline(seconds, timeout, () => `${fate.sentence}: ${fate.step}`);
    try {
      return await quietly(
        async () => {
          await engineWatched();
          return await work({ deadline, fate });
        },
        (error) => {
          const sentence = explain(fate, deadline, error);
          const mayBeGone = timeout === "delete" && fate.mayBeChanged;
          return mayBeGone
            ? `${sentence}; it may be detached already: pulumi up --refresh finds out`
            : sentence;
        },
      );
    } finally {
      deadline.end();
    }
  }

  /** A pair at the beginning of what its participle says. */
  protected fateOf(participle: string, pair: CommonArgs): Fate {
    const { what, where } = this.single.describe(pair);
    const joint = participle === "detaching" ? "from" : participle === "attaching" ? "to" : "at";
    const fate = new Fate(`${participle} ${what} ${joint} ${where}`);
    if (pair.region) fate.sentence += ` (${pair.region})`;
    return fate;
  }

  protected async connect(operation: Operation, where: CommonArgs, recorded: boolean): Promise<Session> {
    const { deadline, fate } = operation;
    const association = this.single;
    fate.step = `logging in to ${association.cloud.title}`;
    const { region, connection } = where;
    const at = { ...(region ? { region } : {}), ...(connection ? { connection } : {}), recorded };
    const session = await retry({ association, ...operation }, "find", () =>
      deadline.race(connect(association.cloud, at, this.settings)),
    );
    if (!region) fate.sentence += ` (${session.region})`;
    deadline.onEnd(batchQueue.enter(crowdOf(association, session)));
    return session;
  }

  protected async connectRecorded(operation: Operation, recorded: Recorded): Promise<Session> {
    const session = await this.connect(operation, recorded, true);
    requireAccount(this.single.cloud, session, recorded.accountId);
    return session;
  }

  /** @throws MissingError if the parent does not exist. */
  protected async look(task: PairTask): Promise<Finding<CommonArgs>> {
    task.fate.step = "looking whether it is attached";
    const seen = await look(task);
    if (seen.state !== "missing") return seen;
    const { accountId, region } = task.session;
    const { title, tenant } = this.single.cloud;
    throw new MissingError(
      seen.what,
      `${seen.what} does not exist in ${region} of ${title} ${tenant} ${accountId} ` +
        "(hint: check the id, the region and the credentials)",
    );
  }

  /** Waits for the end of a detach of the pair that was already under way when it was claimed. */
  protected async untilDetached({ deadline, fate }: Operation, outputs: Recorded): Promise<void> {
    fate.step = "waiting for a detach under way";
    await deadline.race(detachEnded(pairKeyOf(this.single, outputs)));
  }

  /** @returns false if the detach was called off. */
  protected async detach(task: PairTask, recorded: Recorded, isCalledOff: () => boolean): Promise<boolean> {
    const key = pairKeyOf(this.single, recorded);
    const detach = reconcile(task, "detached", undefined, isCalledOff);
    noteDetach(key, detach);
    const isDone = (await detach) !== undefined;
    if (!isDone) forgetDetach(key);
    return isDone;
  }

  protected recorded(props: Properties | undefined, id: string): Recorded {
    try {
      return recordedIn(props, id);
    } catch (error) {
      throw silent((error as Error).message);
    }
  }
}

export function silent(message: string): Error {
  const error = new Error(message);
  error.stack = "";
  return error;
}

/** Errors without a stack trace, which Pulumi would show to the user. */
export async function quietly<T>(
  work: () => Promise<T>,
  word = (error: unknown) => (error as Error).message,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && "isWhole" in error) throw Object.assign(error, { stack: "" });
    throw silent(word(error));
  }
}
