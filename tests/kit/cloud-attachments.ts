import type { Io } from "../../cli/io";
import { run } from "../../cli/program";

/** How a command of `cloud-attachments` ended. */
export interface CommandRun {
  code: number;
  out: string;
  err: string;
}

/** Runs a command in this process, with the environment given and no other. */
export async function cloudAttachments(
  args: readonly string[],
  io: Partial<Io> & { input?: string } = {},
): Promise<CommandRun> {
  const { input = "", ...given } = io;
  let [out, err] = ["", ""];
  const code = await run(args, {
    out: async (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    isTerminal: false,
    env: {},
    cwd: "/",
    stdin: async () => input,
    ...given,
  });
  return { code, out, err };
}
