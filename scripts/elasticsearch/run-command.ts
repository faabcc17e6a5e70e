import { type SpawnOptions, spawn } from "node:child_process";

export type CommandResult = { code: number | null; output: string };

const kept = 64 * 1024;

/** Runs a command to its end and answers what it printed, on both streams, at most the last 64 KB. A command that isn't there ends with `code: null`. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: SpawnOptions & { input?: string; signal?: AbortSignal } = {},
): Promise<CommandResult> {
  const { input, ...rest } = options;
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(command, args, { ...rest, stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"] });
    const keep = (piece: Buffer) => {
      output = (output + piece.toString("utf8")).slice(-kept);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    child.stdin?.on("error", () => {}).end(input);
    child.on("error", (error) => resolve({ code: null, output: output + error.message }));
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** The last lines of an output, on one line. */
export function lastWords(output: string): string {
  return output.trim().split("\n").slice(-3).join(" ").replace(/\s+/g, " ").slice(-400);
}
