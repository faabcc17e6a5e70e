import { runSchema } from "@/lib/shapes/runs/run";
import { setPace, setPaceInput } from "../runs/set-pace";
import { verb } from "../verbs/verb";
import { planClearance, planClearanceAnswer, planClearanceInput } from "./plan-clearance";

const write = { method: "POST", kind: "write" } as const;

/** Planning a clearance, and how fast one is applied; reviewing and applying are as for every plan. */
export const clearanceVerbs = {
  planClearance: verb({
    ...write,
    name: "planClearance",
    role: "operator",
    summary:
      "Looks through documents and stores what setting their clearance level would change. Watch the run, then show the plan.",
    path: "/clearance/plan",
    input: planClearanceInput,
    output: planClearanceAnswer,
    run: planClearance,
  }),
  setPace: verb({
    ...write,
    name: "setPace",
    role: "operator",
    summary: "Changes how many documents a second a run may write, also while it works.",
    path: "/runs/{id}/pace",
    input: setPaceInput,
    output: runSchema,
    run: setPace,
  }),
};
