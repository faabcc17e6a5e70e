import { planSchema } from "@/lib/shapes/plans/plan";
import { rowsDownload } from "../verbs/rows-download";
import { verb } from "../verbs/verb";
import { exportChanges, exportChangesInput } from "./export-changes";
import { listPlans, listPlansAnswer, listPlansInput } from "./list-plans";
import { showPlan, showPlanInput } from "./show-plan";

const read = { method: "GET", kind: "read" } as const;

/** Plans of every kind as they stand: the part of the registry that reads them. */
export const planVerbs = {
  listPlans: verb({
    ...read,
    name: "listPlans",
    role: "viewer",
    summary: "Plans, newest first.",
    path: "/plans",
    input: listPlansInput,
    output: listPlansAnswer,
    run: listPlans,
  }),
  showPlan: verb({
    ...read,
    name: "showPlan",
    role: "viewer",
    summary: "What a plan would change and cost.",
    path: "/plans/{id}",
    input: showPlanInput,
    output: planSchema,
    run: showPlan,
  }),
};

/** A plan's changes, whole. */
export const changesExport = rowsDownload({
  name: "exportChanges",
  summary: "A plan's changes, whole: a JSON line a change, or a CSV line a differing key.",
  path: "/plans/{id}/export",
  input: exportChangesInput,
  what: "changes",
  rows: exportChanges,
});
