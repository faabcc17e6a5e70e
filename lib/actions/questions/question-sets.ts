import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { routeOf } from "@/lib/routes/route-now";
import { type QuestionSet, setLimits, setName } from "@/lib/shapes/cut-over/questions";
import { routeName } from "@/lib/shapes/routes/route";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { lineOf, questionInput, readQuestionLines, type WrittenQuestion } from "./question-lines";
import { readAsked, readSet, readSets } from "./question-rows";

export const listSetsInput = z.strictObject({});
export const setNameInput = z.strictObject({ name: setName });

/** All sets of questions, by name. */
export async function listQuestionSets(ctx: Context, _input: z.infer<typeof listSetsInput>) {
  return { sets: await readSets(ctx) };
}

export const saveSetInput = z
  .strictObject({
    name: setName,
    /** A JSON line for each question. */
    jsonl: z
      .string()
      .max(
        setLimits.bytes,
        `it has more than ${setLimits.bytes.toLocaleString("en-US")} characters: take fewer lines, or give the gate the file itself (--queries FILE)`,
      )
      .optional(),
    /** IDs of questions that were asked along the route. */
    asked: z
      .array(z.string().regex(/^\d{1,18}$/))
      .min(1)
      .max(setLimits.questions)
      .optional(),
    route: routeName.optional(),
    /** Whether one of that name is written over. */
    replace: z.boolean().default(false),
  })
  .refine(({ jsonl, asked }) => (jsonl === undefined) !== (asked === undefined), "give jsonl or asked");

export type SavedSet = { set: QuestionSet; brokenLines: number; withoutVector: number };

/**
 * Keeps questions under a name: of lines, or of what was asked before.
 * @throws OperatorError `set-exists`, `set-too-large`, `too-many-sets`, `no-questions`
 */
export async function saveQuestionSet(context: Context, input: z.infer<typeof saveSetInput>): Promise<SavedSet> {
  const { name, jsonl, asked, route, replace } = input;
  const { questions, brokenLines, withoutVector } =
    jsonl !== undefined
      ? { ...readQuestionLines(jsonl), withoutVector: 0 }
      : await askedBefore(await onRoute(context, route), asked ?? []);
  const size = Buffer.byteLength(JSON.stringify(questions));
  if (questions.length === 0) throw refusal("no-questions", "There is no question among what was given.", lines);
  if (questions.length > setLimits.questions || size > setLimits.bytes)
    throw refusal(
      "set-too-large",
      `${questions.length.toLocaleString("en-US")} questions of ${size.toLocaleString("en-US")} bytes are more than a set holds: ${setLimits.questions.toLocaleString("en-US")}, and ${setLimits.bytes.toLocaleString("en-US")} bytes.`,
      "Take fewer, or give the gate the file itself: --queries FILE.",
    );
  const { prisma } = context.database;
  const expecting = questions.filter(({ expected }) => expected !== undefined && expected.length > 0).length;
  const row = { questions: z.array(z.json()).parse(questions), count: questions.length, expecting };
  const before = await prisma.questionSet.findUnique({ where: { name }, select: { name: true } });
  if (before && !replace)
    throw refusal(
      "set-exists",
      `There is a set of questions ${name} already.`,
      "Choose another name, or replace it (--replace).",
    );
  if (!before && (await prisma.questionSet.count()) >= setLimits.sets)
    throw refusal(
      "too-many-sets",
      `There are ${setLimits.sets} sets of questions.`,
      "Remove one that isn't needed any more.",
    );
  await prisma.questionSet.upsert({
    where: { name },
    create: { name, ...row, createdBy: context.actor },
    update: { ...row, createdBy: context.actor, updatedAt: new Date() },
  });
  const { questions: _, ...set } = await readSet(context, name);
  return { set, brokenLines, withoutVector };
}

/** Of what was asked by a vector nothing is left to ask by. */
async function askedBefore(ctx: Context, ids: readonly string[]) {
  const found = await readAsked(ctx, routeOf(ctx).name, { take: setLimits.questions, ids });
  const questions = found
    .toReversed()
    .flatMap(({ by, question, namespace, filter }): WrittenQuestion[] =>
      by === "vector" ? [] : [{ [by]: question, namespace, ...(filter && { filter }) }],
    );
  const distinct = new Map(questions.map((one) => [JSON.stringify(one), one]));
  return {
    questions: [...distinct.values()].filter((one) => questionInput.safeParse(one).success),
    brokenLines: 0,
    withoutVector: found.filter(({ by }) => by === "vector").length,
  };
}

/** Forgets a set; verdicts that were given by it keep their questions. @throws OperatorError `question-set-not-found` */
export async function removeQuestionSet(ctx: Context, { name }: z.infer<typeof setNameInput>) {
  const { questions: _, ...set } = await readSet(ctx, name);
  await ctx.database.prisma.questionSet.delete({ where: { name } });
  return { set };
}

/** Its lines, as they can be given to the gate or saved again. */
export async function* setLines(ctx: Context, name: string): AsyncGenerator<string> {
  for (const question of (await readSet(ctx, name)).questions) yield lineOf(question);
}

const lines =
  'Give a JSON line for each: {"query": "..."}, {"record": "ID"} or {"vector": [...]}, with namespace, filter and expected where they matter.';

const refusal = (code: string, what: string, next: string) =>
  new OperatorError({ kind: "refused", code, what, notLost: "Nothing was changed.", next });
