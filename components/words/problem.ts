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

/** Advice without the commands of a terminal, which a page offers by other means. */
export function withoutCommands(text: string): string {
  return text
    .replace(/\bSee ([^.`]+?) with `?portage [^.`]*`?\./g, "Open $1.")
    .replace(/ On the command line: portage [^.]*\./g, "")
    .replace(/,? or,? with `portage [^`]*`/g, "")
    .replace(/ with `portage [^`]*` or\b/g, "")
    .replace(/ \(`?portage [^(),`]*`?, /g, " (")
    .replace(/ \((?:see )?`?portage [^()`]*`?\)/g, "")
    .replace(/; see `portage [^`]*`/g, "")
    .replace(/: portage (?:[^.]*\.|.*$)/g, ".")
    .replaceAll("`", "");
}

/** Whether what was asked for isn't there: asking again finds it no more. */
export function isMissing({ code }: Pick<Problem, "code">): boolean {
  return code.endsWith("-not-found");
}
