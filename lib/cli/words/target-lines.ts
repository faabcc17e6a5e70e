import type { Plan } from "@/lib/shapes/plans/plan";
import type { Run } from "@/lib/shapes/runs/run";
import { statementText } from "@/lib/shapes/runs/statement-text";

/** What the target does beside writing records, word for word, and how the application has to ask. */
export function targetLines({ target }: Pick<Plan, "target">): string[] {
  if (target === undefined) return [];
  const { steps, notes, query } = target;
  const of = (when: "before" | "after") => steps.filter((step) => step.when === when);
  const shown = (title: string, when: "before" | "after") =>
    of(when).length === 0
      ? []
      : [
          title,
          ...of(when).flatMap(({ what, statement, by }) => [
            `  -- ${what}.${by === "administrator" ? " Have an administrator run it first." : ""}`,
            ...statementText(statement)
              .split("\n")
              .map((line) => `  ${line}`),
          ]),
        ];
  return [
    ...shown("Before the first record is written, just this is run in the target:", "before"),
    ...shown("After the last one, just this:", "after"),
    ...notes,
    ...(query === null ? [] : ["The application's search, which uses the index:", `  ${query};`]),
  ];
}

/** What the target did once all was written. */
export function finishedLines({ finished }: Pick<Run, "finished">): string[] {
  if (finished === undefined) return [];
  const { words, query } = finished;
  return [...words, ...(query === null ? [] : ["The application's search, which uses the index:", `  ${query};`])];
}
