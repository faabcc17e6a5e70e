import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { attentionCauses, attentionItemSchema } from "@/lib/shapes/attention";
import type { Context } from "../verbs/context";
import { idInput } from "../verbs/parse-input";
import { readAttentionItems } from "./attention-view";

export const acknowledgeAttentionInput = z.strictObject({ id: idInput });
export const acknowledgeAttentionAnswer = z.object({
  item: attentionItemSchema,
  /** Somebody else had acknowledged it, or it was solved: nothing was changed. */
  already: z.boolean(),
});

/** Takes an item out of the inbox on behalf of whoever asks; it is kept with who and when. Throws an `OperatorError` (`attention-not-found`). */
export async function acknowledgeAttention(ctx: Context, input: z.infer<typeof acknowledgeAttentionInput>) {
  const changed = await acknowledge(ctx, `"id" = $2`, input.id);
  const [item] = await readAttentionItems(ctx.database, `WHERE a."id" = $1`, [input.id]);
  if (!item)
    throw new OperatorError({
      kind: "not-found",
      code: "attention-not-found",
      what: `There is no item ${JSON.stringify(input.id)} that needs attention.`,
      notLost: "Nothing was changed.",
      next: "See all of them with `portage attention list`.",
    });
  return { item, already: changed === 0 };
}

export const acknowledgeCauseInput = z.strictObject({ cause: z.enum(attentionCauses) });
export const acknowledgeCauseAnswer = z.object({ acknowledged: z.number().int() });

/** The same for everything that is open of one cause. */
export async function acknowledgeCause(ctx: Context, input: z.infer<typeof acknowledgeCauseInput>) {
  return { acknowledged: await acknowledge(ctx, `"cause" = $2`, input.cause) };
}

function acknowledge(ctx: Context, which: string, value: string): Promise<number> {
  return ctx.database.run(
    `UPDATE "Attention" SET "acknowledgedAt" = clock_timestamp(), "acknowledgedBy" = $1
      WHERE ${which} AND "acknowledgedAt" IS NULL AND "solvedAt" IS NULL`,
    [ctx.actor, value],
  );
}
