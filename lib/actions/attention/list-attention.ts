import { z } from "zod";
import { attentionCauses, attentionCountsSchema, attentionItemSchema, attentionStates } from "@/lib/shapes/attention";
import { amount, json } from "../answers/columns";
import { ofRouteInput } from "../runs/run-input";
import type { Context } from "../verbs/context";
import { limitInput, namespaceInput, offsetInput } from "../verbs/parse-input";
import { attentionColumns, attentionItemRow, toItem } from "./attention-view";
import { causeRow, countStatement, toCounts } from "./count-attention";

export const listAttentionInput = z.strictObject({
  /** `open`: what still needs somebody. `acknowledged` and `solved`: what did, the newest first. */
  state: z.enum(attentionStates).default("open"),
  cause: z.enum(attentionCauses).optional(),
  /** What is about this namespace, alone or among others. */
  namespace: namespaceInput.optional(),
  /** What is about this route, and what is of none; left out, that of all routes. */
  ...ofRouteInput,
  offset: offsetInput,
  limit: limitInput,
});
export const listAttentionAnswer = z.object({
  items: z.array(attentionItemSchema),
  /** Items that match, over all pages. */
  matching: z.number(),
  /** All that is open, whatever was asked for. */
  counts: attentionCountsSchema,
});

/** Written out by state, so that an index answers each: nearly all of the inbox is history. */
const states: Record<(typeof attentionStates)[number], { are: string; order: string }> = {
  open: {
    are: `a."solvedAt" IS NULL AND a."acknowledgedAt" IS NULL`,
    order: `array_position(ARRAY[${attentionCauses.map((cause) => `'${cause}'`).join(", ")}], a."cause"), a."since" DESC, a."id"`,
  },
  acknowledged: { are: `a."acknowledgedAt" IS NOT NULL`, order: `a."acknowledgedAt" DESC, a."id"` },
  solved: { are: `a."acknowledgedAt" IS NULL AND a."solvedAt" IS NOT NULL`, order: `a."solvedAt" DESC, a."id"` },
};

const pageRow = z.object({
  items: json(z.array(attentionItemRow)),
  matching: amount,
  causes: json(z.array(causeRow)),
});

/** The inbox over all history, in one statement: causes in the order of their weight, in each the newest first. */
export async function listAttention(ctx: Context, input: z.infer<typeof listAttentionInput>) {
  const { are, order } = states[input.state];
  const matching = `FROM "Attention" a WHERE ${are} AND ($1::text IS NULL OR a."cause" = $1::text) AND ($2::text[] IS NULL OR a."places" @> $2::text[]) AND ($3::text IS NULL OR coalesce(a."route", $3::text) = $3::text)`;
  const [page] = await ctx.database.rows(
    pageRow,
    `WITH page AS (SELECT ${attentionColumns} ${matching} ORDER BY ${order} OFFSET $4::int LIMIT $5::int),
          counts AS (${countStatement})
     SELECT (SELECT coalesce(json_agg(page), '[]') FROM page) AS "items", (SELECT count(*)::float8 ${matching}) AS "matching",
            (SELECT coalesce(json_agg(counts), '[]') FROM counts) AS "causes"`,
    [
      input.cause ?? null,
      input.namespace === undefined ? null : [input.namespace],
      input.route ?? null,
      input.offset,
      input.limit,
    ],
  );
  if (!page) throw new Error("an aggregate answered no row");
  return { items: page.items.map(toItem), matching: page.matching, counts: toCounts(page.causes) };
}
