import type { Io } from "./io";

/** A line on a terminal that tells what a long command is at; nothing where there is no terminal. */
export class Progress {
  #timer: NodeJS.Timeout | undefined;
  #shown = "";

  constructor(readonly io: Io) {}

  /** Shows what `tell` says, five times a second, until {@link clear}. */
  show(tell: () => string): void {
    this.clear();
    if (!this.io.isTerminal) return;
    const draw = () => {
      const line = tell().slice(0, 100);
      if (line === this.#shown) return;
      this.io.err(`\r\x1b[K${line}`);
      this.#shown = line;
    };
    draw();
    this.#timer = setInterval(draw, 200).unref();
  }

  /** Takes the line away: before anything else is printed. */
  clear(): void {
    clearInterval(this.#timer);
    if (this.#shown !== "") this.io.err("\r\x1b[K");
    this.#shown = "";
  }
}
