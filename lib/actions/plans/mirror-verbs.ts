import { z } from "zod";
import { changeDetailSchema } from "@/lib/shapes/plans/change";
import { planSchema, planStandingSchema } from "@/lib/shapes/plans/plan";
import { runSchema } from "@/lib/shapes/runs/run";
import { verb } from "../verbs/verb";
import { applyPlan, applyPlanAnswer, applyPlanInput } from "./apply-plan";
import { approvePlan, approvePlanInput } from "./approve-plan";
import { excludeChanges, excludeChangesAnswer, excludeChangesInput } from "./exclude-changes";
import { findMirroring, findMirroringInput } from "./find-mirroring";
import { listChangeFacets, listChangeFacetsAnswer, listChangeFacetsInput } from "./list-change-facets";
import { listChanges, listChangesAnswer, listChangesInput } from "./list-changes";
import { planMirror, planMirrorInput } from "./plan-mirror";
import { showChange, showChangeInput } from "./show-change";
import { showPlanStanding, showPlanStandingInput } from "./show-plan-standing";
import { withdrawApproval, withdrawApprovalInput } from "./withdraw-approval";

const read = { method: "GET", kind: "read" } as const;
const write = { method: "POST", kind: "write" } as const;

/** Analyse, review, approve, apply: the part of the registry that mirroring is made of. */
export const mirrorVerbs = {
  planMirror: verb({
    ...write,
    name: "planMirror",
    role: "operator",
    summary:
      "Compares namespaces record by record and stores what mirroring would change. Watch the run, then show the plan.",
    path: "/mirror/plan",
    input: planMirrorInput,
    output: z.object({ plan: planSchema, run: runSchema, resumed: z.boolean() }),
    run: planMirror,
  }),
  findMirroring: verb({
    ...read,
    name: "findMirroring",
    role: "viewer",
    summary: "The mirroring of just these namespaces that was interrupted or is under way, if there is one.",
    path: "/mirror/unfinished",
    input: findMirroringInput,
    output: z.object({ run: runSchema.nullable() }),
    run: findMirroring,
  }),
  listChanges: verb({
    ...read,
    name: "listChanges",
    role: "viewer",
    summary: "A page of a plan's changes, filtered.",
    path: "/plans/{id}/changes",
    input: listChangesInput,
    output: listChangesAnswer,
    run: listChanges,
  }),
  listChangeFacets: verb({
    ...read,
    name: "listChangeFacets",
    role: "viewer",
    summary: "Which metadata keys differ and which reasons there are, in how many of the records that match.",
    path: "/plans/{id}/facets",
    input: listChangeFacetsInput,
    output: listChangeFacetsAnswer,
    run: listChangeFacets,
  }),
  showChange: verb({
    ...read,
    name: "showChange",
    role: "viewer",
    summary: "One change with the metadata of both sides as they are now, and what would be written.",
    path: "/plans/{id}/changes/{namespace}/{record}",
    input: showChangeInput,
    output: changeDetailSchema,
    run: showChange,
  }),
  showPlanStanding: verb({
    ...read,
    name: "showPlanStanding",
    role: "viewer",
    summary: "Whether a plan can still be applied, why not, and the runs that made and applied it.",
    path: "/plans/{id}/standing",
    input: showPlanStandingInput,
    output: planStandingSchema,
    run: showPlanStanding,
  }),
  excludeChanges: verb({
    ...write,
    name: "excludeChanges",
    role: "operator",
    summary: "Takes changes out of a plan that isn't approved yet, or back into it.",
    path: "/plans/{id}/exclude",
    input: excludeChangesInput,
    output: excludeChangesAnswer,
    run: excludeChanges,
  }),
  approvePlan: verb({
    ...write,
    name: "approvePlan",
    role: "approver",
    summary: "Fixes a plan's exclusions and the hash of what is left.",
    path: "/plans/{id}/approve",
    input: approvePlanInput,
    output: planSchema,
    run: approvePlan,
  }),
  withdrawApproval: verb({
    ...write,
    name: "withdrawApproval",
    role: "approver",
    summary:
      "Takes a plan's approval back, as long as nothing of it was begun to be applied: exclusions can be chosen again.",
    path: "/plans/{id}/withdraw",
    input: withdrawApprovalInput,
    output: planSchema,
    run: withdrawApproval,
  }),
  applyPlan: verb({
    ...write,
    name: "applyPlan",
    role: "approver",
    summary: "Carries out a plan's changes and no others, or goes on where that was interrupted.",
    path: "/plans/{id}/apply",
    input: applyPlanInput,
    output: applyPlanAnswer,
    run: applyPlan,
  }),
};
