import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { excludeByFilter, excludeRecords } from "@/lib/runs/plans/exclude-changes";
import { planSchema } from "@/lib/shapes/plans/plan";
import type { Context } from "../verbs/context";
import { changeFilters } from "./change-input";
import { kindsMeant } from "./change-view";
import { readPlan } from "./plan-view";

export const excludeChangesInput = z.strictObject({
  ...changeFilters,
  /** Records by ID, in `namespace` or in all of the plan's; without them, what the filters mean. */
  records: z.array(z.string().min(1).max(512)).min(1).max(10_000).optional(),
  /** Of documents named by ID: the index that they lie in. Needed where several indexes hold one of them. */
  index: z.string().min(1).max(2000).optional(),
  /** Every create and update of the plan: needed where nothing else is given. */
  all: z.boolean().optional(),
  /** Take them back in instead. */
  include: z.boolean().default(false),
});
export const excludeChangesAnswer = z.object({
  plan: planSchema,
  /** Changes that were taken out, or back in; those that were already are not counted. */
  moved: z.number(),
  /** Records that were named and that the plan doesn't change. */
  unknown: z.array(z.string()),
});

/**
 * Takes changes out of a plan that isn't approved yet, or back into it: by ID, or by the filters that lists take. Throws an
 * `OperatorError` (`plan-not-found`, `plan-not-ready`, `plan-already-approved`, `nothing-chosen`, `ambiguous-record`).
 */
export async function excludeChanges(ctx: Context, input: z.infer<typeof excludeChangesInput>) {
  const { records, index, all, include, ...filters } = input;
  const choice = { planId: input.id, exclude: !include };
  if (records) {
    const { moved, unknown } = await excludeRecords(ctx.database, choice, {
      ...{ ids: records, index, namespace: input.namespace },
    });
    return { plan: await readPlan(ctx.database, input.id), moved, unknown };
  }
  const { id: _id, ...given } = filters;
  if (all !== true && Object.values(given).every((value) => value === undefined)) throw nothingChosen();
  const kinds = kindsMeant(filters).filter((kind) => kind === "create" || kind === "update");
  const moved = await excludeByFilter(
    ctx.database,
    choice,
    kinds.map((kind) => ({ ...given, kind })),
  );
  return { plan: await readPlan(ctx.database, input.id), moved, unknown: [] };
}

function nothingChosen(): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "nothing-chosen",
    what: "Neither records nor a filter were given.",
    notLost: "Nothing was changed.",
    next: "Name records, give a filter, or ask for all of them.",
  });
}
