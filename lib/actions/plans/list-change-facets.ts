import { z } from "zod";
import { facetCounts } from "@/lib/runs/review/facet-counts";
import { changeFacetSchema, changeSigns } from "@/lib/shapes/plans/change";
import { reasonSchema } from "@/lib/shapes/runs/reason";
import type { Context } from "../verbs/context";
import { changeFilters, quickInput } from "./change-input";
import { answerBy } from "./change-view";
import { readPlan } from "./plan-view";

export const listChangeFacetsInput = z.strictObject({
  ...changeFilters,
  limit: z.int().min(1).max(1000).default(200),
  quick: quickInput,
});
export const listChangeFacetsAnswer = z.object({
  /** Keys that differ, those in most records first. */
  keys: z.array(changeFacetSchema),
  /** Keys that differ in all, also those beyond the limit. */
  total: z.number(),
  text: z.object({ changed: z.number(), kept: z.number() }),
  /** Values that would be overwritten, as texts, those in most documents first. Of plans over documents only. */
  present: z.array(z.object({ value: z.string(), count: z.number() })),
  reasons: z.array(z.object({ reason: reasonSchema, count: z.number() })),
  /** False in a quick answer: more may match, ask again. */
  exact: z.boolean(),
});

const keySchema = z.object({ sign: z.enum(changeSigns), key: z.string(), count: z.number() });

/**
 * Which keys differ and why problems are problems, in how many of the records that match the filters: the fastest way to see that one
 * field was renamed. A filter doesn't narrow its own choice: asked for one key, keys are counted as if none were asked for. Throws an
 * `OperatorError` (`plan-not-found`).
 */
export async function listChangeFacets(ctx: Context, input: z.infer<typeof listChangeFacetsInput>) {
  const { id, limit, quick, kind, reason: _reason, ...filters } = input;
  const { key: _key, sign: _sign, ...asked } = filters;
  const { textChanged, present: held, ...common } = asked;
  const until = answerBy(quick);
  const of = (wanted: "update" | "problem") => kind === undefined || kind === wanted;
  const [keys, text, present, reasons] = await Promise.all([
    of("update") ? facetCounts(ctx.database, { ...asked, planId: id, kind: "update" }, "key", { limit, until }) : null,
    of("update")
      ? facetCounts(ctx.database, { ...common, present: held, planId: id, kind: "update" }, "text", { limit: 2, until })
      : null,
    of("update")
      ? facetCounts(ctx.database, { ...common, textChanged, planId: id, kind: "update" }, "present", { limit, until })
      : null,
    of("problem")
      ? facetCounts(ctx.database, { ...common, planId: id, kind: "problem" }, "reason", { limit: 100, until })
      : null,
  ]);
  const counts = [keys, text, present, reasons].flatMap((one) => one?.counts ?? []);
  if (counts.length === 0) await readPlan(ctx.database, id);
  const textOf = (name: string) => text?.counts.find(({ key }) => key === name)?.count ?? 0;
  return {
    keys: keySchema.array().parse(keys?.counts ?? []),
    total: keys?.total ?? 0,
    text: { changed: textOf("changed"), kept: textOf("kept") },
    present: (present?.counts ?? []).map(({ key, count }) => ({ value: key, count })),
    reasons: (reasons?.counts ?? []).map(({ key, count }) => ({ reason: reasonSchema.parse(key), count })),
    exact: [keys, text, present, reasons].every((one) => one?.exact !== false),
  };
}
