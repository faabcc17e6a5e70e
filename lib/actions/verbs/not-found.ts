import { OperatorError } from "@/lib/operator-error";

const seeAll = {
  run: "See all runs with `portage runs list`.",
  plan: "See all plans with `portage plan list`.",
  gate: "See all verdicts with `portage gate list`.",
  "question-set": "See all sets with `portage questions list`.",
};

/** What an operator reads who asks for a run or plan that isn't there. */
export function notFound(what: keyof typeof seeAll, id: string): OperatorError {
  return new OperatorError({
    kind: "not-found",
    code: `${what}-not-found`,
    what: `There is no ${what.replace("-", " ")} ${JSON.stringify(id)}.`,
    notLost: "Nothing was changed.",
    next: seeAll[what],
  });
}
