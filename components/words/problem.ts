import type { Problem } from "@/lib/shapes/runs/run";

export type NextStep = { words: string; href?: string };

/** What to do next where the command line's advice is of no use: on a page it is a place to go to. */
const onPages: Record<string, NextStep> = {
  "run-not-found": { words: "Show all runs", href: "/runs" },
  "plan-not-found": { words: "Show all plans", href: "/mirror" },
  "schedule-not-found": { words: "Show all schedules", href: "/fleet?tab=schedules" },
  "attention-not-found": { words: "Show all that needs attention", href: "/attention" },
  "delivery-not-found": { words: "Show all schedules", href: "/fleet?tab=schedules" },
  "unknown-namespace": { words: "Choose one from the list. IDs are case-sensitive." },
  "nothing-migrated-yet": { words: "Migrate first, which makes it", href: "/migrate" },
  "target-index-missing": {
    words: "Create it on the dashboard, or set PINECONE_NEW_INDEX to one that exists.",
    href: "/",
  },
};

/** The next step as a page says it. */
export function nextStep({ code, next }: Pick<Problem, "code" | "next">): NextStep {
  const named = onPages[code];
  if (named) return named;
  const run = /portage runs [a-z]+ (run-[\w-]+)/.exec(next)?.[1];
  return { words: withoutCommands(next), ...(run === undefined ? {} : { href: `/runs/${run}` }) };
}

/** Where a page offers what a command does, for sentences that are about nothing else. */
const places: readonly [RegExp, string][] = [
  [/\bRun `portage gate[^`]*`/g, "Check it on the page Gate"],
  [/\brun `portage gate[^`]*`/g, "check it on the page Gate"],
  [/\brun `portage mirror plan[^`]*`/g, "analyse all namespaces on the page Mirroring"],
  [/: `portage connections list` names them\./g, " under Connections."],
  [/: `portage namespaces` lists these\./g, " on the page Namespaces."],
  [/ with `portage (?:connections|routes) list`, or add it\./g, " under Configuration, or add it."],
  [/ with `portage clearance show[^`]*`, or on the clearance page\./g, " on the page Clearance."],
  [/\bSee `portage switch` with --dry-run and the other side, or the history/g, "See the history"],
  [/`portage (?:connections|routes) list`/g, "Configuration"],
  [/`portage namespaces`/g, "the page Namespaces"],
  [/`portage plan list`/g, "the page Mirroring"],
];

/** Options of commands, which pages offer as fields or leave out. */
const options: readonly [RegExp, string][] = [
  [/ \(--[a-z][^)]*\)/g, ""],
  [/, or give --force with a reason, which is kept\./g, ", or force it with a reason, which is kept."],
  [/(^|[ (])--([a-z]+)(?:-([a-z]+))?/g, "$1$2 $3"],
  [/ {2,}/g, " "],
];

/** Advice without the commands of a terminal, which a page offers by other means. */
export function withoutCommands(text: string): string {
  const placed = places.reduce((words, [command, place]) => words.replace(command, place), text);
  const plain = placed
    .replace(/\bSee ([^.`]+?) with `?portage [^.`]*`?\./g, "Open $1.")
    .replace(/ On the command line: portage [^.]*\./g, "")
    .replace(/,? or,? with `portage [^`]*`/g, "")
    .replace(/ with `portage [^`]*` or\b/g, "")
    .replace(/ with `portage [^`]*`/g, "")
    .replace(/ \(`?portage [^(),`]*`?, /g, " (")
    .replace(/ \((?:see )?`?portage [^()`]*`?\)/g, "")
    .replace(/; see `portage [^`]*`/g, "")
    .replace(/: portage (?:[^.]*\.|.*$)/g, ".")
    .replaceAll("`", "");
  return options
    .reduce((words, [option, instead]) => words.replace(option, instead), plain)
    .replace(/ ([.,;:])/g, "$1");
}

/** Whether what was asked for isn't there: asking again finds it no more. */
export function isMissing({ code }: Pick<Problem, "code">): boolean {
  return code.endsWith("-not-found");
}
