import type { Problem } from "@/lib/shapes/run";

export type NextStep = { words: string; href?: string };

/** What to do next where the command line's advice is of no use: on a page it is a place to go to. */
const onPages: Record<string, NextStep> = {
  "run-not-found": { words: "Show all runs", href: "/runs" },
  "plan-not-found": { words: "Show all plans", href: "/mirror" },
  "schedule-not-found": { words: "Show all schedules", href: "/fleet?tab=schedules" },
  "delivery-not-found": { words: "Show all schedules", href: "/fleet?tab=schedules" },
  "unknown-namespace": { words: "Choose one from the list. IDs are case-sensitive." },
  "target-index-missing": {
    words: "Create it on the dashboard, or set PINECONE_NEW_INDEX to one that exists.",
    href: "/",
  },
};

/** The next step as a page says it. */
export function nextStep({ code, next }: Pick<Problem, "code" | "next">): NextStep {
  return onPages[code] ?? { words: withoutTicks(next) };
}

/** Commands are told apart by backticks in a terminal; a page has no use for the marks. */
function withoutTicks(text: string): string {
  return text.replaceAll("`", "");
}

/** Whether what was asked for isn't there: asking again finds it no more. */
export function isMissing({ code }: Pick<Problem, "code">): boolean {
  return code.endsWith("-not-found");
}
