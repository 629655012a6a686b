/** What a command has to do with the outside, so that tests run it in their own process. */
export interface Io {
  /** Resolves when there is room for more. */
  out(text: string): Promise<void>;
  err(text: string): void;
  /** Whether stderr is a terminal: only there a progress line is shown. */
  readonly isTerminal: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  stdin(): Promise<string>;
}

/** A mistake of the user's: told as one line, without a stack. */
export class UsageError extends Error {}

/** Exit codes, of every command. */
export const exit = {
  /** Done; for diff, verify and doctor: and nothing to tell of. */
  fine: 0,
  /** diff: there is a difference; verify: something would fail; doctor: something is amiss. */
  differs: 1,
  /** It could not be done, or not be done in whole. */
  failed: 2,
} as const;

/** The streams of this process. */
export const processIo: Io = {
  out: (text) =>
    new Promise((resolve) => {
      if (process.stdout.write(text)) resolve();
      else process.stdout.once("drain", () => resolve());
    }),
  err: (text) => void process.stderr.write(text),
  isTerminal: Boolean(process.stderr.isTTY),
  env: process.env,
  cwd: process.cwd(),
  async stdin() {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString("utf8");
  },
};
