import { planSchema } from "@/lib/shapes/plans/plan";
import { rowsDownload } from "../verbs/rows-download";
import { verb } from "../verbs/verb";
import { commentPlan, commentPlanAnswer, commentPlanInput } from "./comment-plan";
import { exportChanges, exportChangesInput } from "./export-changes";
import { listComments, listCommentsAnswer, listCommentsInput } from "./list-comments";
import { listPlans, listPlansAnswer, listPlansInput } from "./list-plans";
import { showPlan, showPlanInput } from "./show-plan";

const read = { method: "GET", kind: "read" } as const;

/** Plans of every kind as they stand, and what is said about them. */
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
  listComments: verb({
    ...read,
    name: "listComments",
    role: "viewer",
    summary: "What was said about a plan, oldest first.",
    path: "/plans/{id}/comments",
    input: listCommentsInput,
    output: listCommentsAnswer,
    run: listComments,
  }),
  commentPlan: verb({
    method: "POST",
    kind: "write",
    name: "commentPlan",
    role: "operator",
    summary: "Says something about a plan under one's own name; comments aren't changed or removed.",
    path: "/plans/{id}/comments",
    input: commentPlanInput,
    output: commentPlanAnswer,
    run: commentPlan,
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
