import type { Command } from "commander";

/** Runs a command and remembers its exit code. Each is imported when it is called: `--help` loads nothing else. */
export type Run = (work: () => Promise<number>) => Promise<void>;

/** What every verb takes. */
export function common(command: Command, listLike = false): Command {
  command.option("--json", "one JSON document on stdout, nothing else");
  return listLike ? command.option("--jsonl", "one JSON document a line on stdout") : command;
}
