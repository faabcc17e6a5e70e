import { CommanderError } from "commander";
import { exitCodeOf, exitCodes, isOperatorError, OperatorError } from "@/lib/operator-error";
import { beginAhead, closeAhead } from "./ahead";
import { buildProgram } from "./program/program";

function usage(error: CommanderError): OperatorError {
  const message = error.message.replace(/^error: /, "").replace(/\.$/, "");
  return new OperatorError({
    kind: "usage",
    code: "invalid-usage",
    what: `${message.slice(0, 1).toUpperCase()}${message.slice(1)}.`,
    notLost: "Nothing was started and nothing was spent.",
    next: "See `portage --help`.",
    cause: error,
  });
}

/** Three sentences on stderr; with `--json` the same as the one document on stdout. */
async function report(error: unknown, json: boolean): Promise<number> {
  const known = isOperatorError(error) ? error : await unknown(error);
  const { kind, code, what, notLost, next } = known;
  for (const line of [what, notLost, next]) process.stderr.write(`${line}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, what, notLost, next } }, null, 2)}\n`);
  return exitCodeOf[kind];
}

/** An error that nobody foresaw: a reference for the operator, the text for the log, or for stderr when there is no log yet. */
async function unknown(error: unknown): Promise<OperatorError> {
  const { forOperators } = await import("@/lib/actions/verbs/unexpected");
  const { openCommandLog } = await import("./command-log");
  return forOperators(error, openCommandLog());
}

/**
 * Runs one command line; `args` without the program's name. Answers the exit code, having printed what there is to print: the
 * caller ends the process once its streams are empty.
 */
export async function main(args: readonly string[]): Promise<number> {
  const json = args.includes("--json");
  let code: number = exitCodes.done;
  const program = buildProgram(async (work, opens) => {
    if (opens !== undefined) await beginAhead(opens);
    code = await work();
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return report(error, json);
    // Help and version that were asked for; `commander.help` with another code stands for a verb that is missing.
    if (error.exitCode === 0) return exitCodes.done;
    if (error.code === "commander.help" && !json) return exitCodes.usage;
    return report(usage(error), json);
  } finally {
    await closeAhead();
  }
}
