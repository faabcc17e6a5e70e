import type { Command } from "commander";
import type { TransportOptions } from "../transport";

/**
 * Runs a command and remembers its exit code. Each is imported when it is called: `--help` loads nothing else.
 * @param opens how it opens its transport: begun before the command's own code is read
 */
export type Run = (work: () => Promise<number>, opens?: TransportOptions) => Promise<void>;

/** Of a command that only asks. */
export const asks: TransportOptions = { works: false };
/** Of one that works on what it starts, unless it is left to others. Where it has to ask first, it may be refused before it opens anything. */
export const works = (options: { detach?: boolean; yes?: boolean; dryRun?: boolean }): TransportOptions | undefined =>
  options.yes === true || options.dryRun === true ? { works: options.detach !== true } : undefined;

/** What `--ids` takes. */
export const idsHelp = "IDs: keep, encode, prefix:TEXT, or a template such as {namespace}_{source}_{chunk_id}";

export const maxEgress: [string, string] = [
  "--max-egress <gb>",
  "pause at so many GB of answers that the vector stores bill as egress; none: no ceiling",
];

/** How far a run may go before it pauses. */
export function capped(command: Command): Command {
  return command
    .option("--max-cost <usd>", "pause the run at so many US dollars of embedding, reads and writes; none: no ceiling")
    .option("--max-texts <n>", "pause the run at so many texts embedded; none: no ceiling")
    .option("--max-records <n>", "pause the run at so many records written; none: no ceiling")
    .option(...maxEgress);
}

/** What every verb takes. */
export function common(command: Command, listLike = false): Command {
  command.option("--json", "one JSON document on stdout, nothing else");
  return listLike ? command.option("--jsonl", "one JSON document a line on stdout") : command;
}

/** What goes along a route. */
export function onRoute(command: Command): Command {
  return command.option(
    "--route <name>",
    "along this route; left out, the one that PORTAGE_ROUTE names (default: the environment's)",
  );
}

/** Lists of what was made along a route. */
export function ofRoute(command: Command): Command {
  return command.option("--route <name>", "only what belongs to this route; left out, to any");
}

/** The same as {@link onRoute}, or from one end to another, which become a route of their own. */
export function betweenEnds(command: Command): Command {
  return onRoute(command)
    .option("--from <end>", "read this: CONNECTION:COLLECTION, or KIND:PLACE such as chroma-folder:./chroma:notes")
    .option("--to <end>", "write this: CONNECTION:COLLECTION, or KIND:PLACE such as export-folder:./backup")
    .option("--embed <embedder>", "with --from and --to: the embedder's connection; none copies the vectors", "none")
    .option(
      "--collections <which>",
      "with --from and --to: each collection of the source to one of its own (to a namespace of it, where --to names a collection): all, or OLD=NEW,OLD=NEW",
    )
    .option("--text <keys>", "with --from and --to: metadata keys of the text, the first that is there (text)")
    .option(
      "--nested <what>",
      "with --from and --to: metadata that the target can't hold: problem, as-json-text or flatten",
    )
    .option("--ids <rule>", `with --from and --to: ${idsHelp}`)
    .option("--duplicates <what>", "with --from and --to: keep, or first-of-same-text");
}
