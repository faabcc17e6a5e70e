import { OperatorError } from "@/lib/operator-error";

/** What an operator reads who asks for a run or plan that isn't there. */
export function notFound(what: "run" | "plan", id: string): OperatorError {
  return new OperatorError({
    kind: "not-found",
    code: `${what}-not-found`,
    what: `There is no ${what} ${JSON.stringify(id)}.`,
    notLost: "Nothing was changed.",
    next: what === "run" ? "See all runs with `portage runs list`." : "See all plans with `portage plan list`.",
  });
}
