import { z } from "zod";
import { attentionCauses, attentionCountsSchema, attentionItemSchema, attentionStates } from "@/lib/shapes/attention";
import { amount } from "../answers/columns";
import type { Context } from "../verbs/context";
import { limitInput, namespaceInput, offsetInput } from "../verbs/parse-input";
import { readAttentionItems } from "./attention-view";
import { countAttention } from "./count-attention";

export const listAttentionInput = z.strictObject({
  /** `open`: what still needs somebody. `acknowledged` and `solved`: what did, the newest first. */
  state: z.enum(attentionStates).default("open"),
  cause: z.enum(attentionCauses).optional(),
  /** What is about this namespace, alone or among others. */
  namespace: namespaceInput.optional(),
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

const conditions = `CASE $1::text WHEN 'open' THEN a."solvedAt" IS NULL AND a."acknowledgedAt" IS NULL
    WHEN 'acknowledged' THEN a."acknowledgedAt" IS NOT NULL ELSE a."solvedAt" IS NOT NULL AND a."acknowledgedAt" IS NULL END
  AND ($2::text IS NULL OR a."cause" = $2::text) AND ($3::text[] IS NULL OR a."places" @> $3::text[])`;

const rank = `array_position(ARRAY[${attentionCauses.map((cause) => `'${cause}'`).join(", ")}], a."cause")`;

/** The inbox over all history: causes in the order of their weight, in each the newest first. */
export async function listAttention(ctx: Context, input: z.infer<typeof listAttentionInput>) {
  const filters = [input.state, input.cause ?? null, input.namespace === undefined ? null : [input.namespace]];
  const order =
    input.state === "open"
      ? `${rank}, a."since" DESC, a."id"`
      : `coalesce(a."acknowledgedAt", a."solvedAt") DESC, a."id"`;
  const items = await readAttentionItems(
    ctx.database,
    `WHERE ${conditions} ORDER BY ${order} OFFSET $4::int LIMIT $5::int`,
    [...filters, input.offset, input.limit],
  );
  const [counted] = await ctx.database.rows(
    z.object({ matching: amount }),
    `SELECT count(*)::float8 AS matching FROM "Attention" a WHERE ${conditions}`,
    filters,
  );
  return { items, matching: counted?.matching ?? 0, counts: await countAttention(ctx, {}) };
}
