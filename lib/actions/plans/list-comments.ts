import { z } from "zod";
import { type PlanComment, planCommentSchema } from "@/lib/shapes/plans/comment";
import { instant } from "../answers/columns";
import type { Context } from "../verbs/context";
import { idInput } from "../verbs/parse-input";
import { readPlan } from "./plan-view";

export const listCommentsInput = z.strictObject({
  id: idInput,
  /** Only those after this one. */
  after: z
    .string()
    .regex(/^\d{1,18}$/, "the ID of a comment")
    .optional(),
  limit: z.int().min(1).max(500).default(200),
});
export const listCommentsAnswer = z.object({
  comments: z.array(planCommentSchema),
  /** `after` of the next page, `null` on the last. */
  next: z.string().nullable(),
});

export const commentRow = planCommentSchema.extend({ id: z.bigint().transform(String), at: instant });

/** What was said about a plan, oldest first. Throws an `OperatorError` (`plan-not-found`). */
export async function listComments(
  { database }: Context,
  { id, after, limit }: z.infer<typeof listCommentsInput>,
): Promise<{ comments: PlanComment[]; next: string | null }> {
  await readPlan(database, id);
  const rows = await database.prisma.planComment.findMany({
    where: { planId: id, ...(after !== undefined && { id: { gt: BigInt(after) } }) },
    orderBy: { id: "asc" },
    take: limit + 1,
  });
  const comments = rows.slice(0, limit).map((row) => commentRow.parse(row));
  return { comments, next: rows.length > limit ? (comments.at(-1)?.id ?? null) : null };
}
