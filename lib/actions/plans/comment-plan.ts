import { z } from "zod";
import { type PlanComment, planCommentSchema } from "@/lib/shapes/plans/comment";
import type { Context } from "../verbs/context";
import { idInput } from "../verbs/parse-input";
import { commentRow } from "./list-comments";
import { readPlan } from "./plan-view";

/** Characters of one comment. */
export const longestComment = 4000;

export const commentPlanInput = z.strictObject({
  id: idInput,
  text: z.string().trim().min(1, "it says nothing").max(longestComment),
});
export const commentPlanAnswer = planCommentSchema;

/** Says something about a plan, whatever its state; comments aren't changed or removed. Throws an `OperatorError` (`plan-not-found`). */
export async function commentPlan(
  { database, actor }: Context,
  { id, text }: z.infer<typeof commentPlanInput>,
): Promise<PlanComment> {
  const { revision } = await readPlan(database, id);
  return commentRow.parse(
    await database.prisma.planComment.create({ data: { planId: id, text, by: actor, revision } }),
  );
}
