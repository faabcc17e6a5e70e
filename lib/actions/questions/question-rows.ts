import { z } from "zod";
import { openedSecrets } from "@/lib/secret";
import {
  type AskedQuestion,
  askedQuestionSchema,
  type QuestionSet,
  questionSetSchema,
} from "@/lib/shapes/cut-over/questions";
import type { SearchAnswer, SearchSide } from "@/lib/shapes/cut-over/search";
import { instant } from "../answers/columns";
import type { Context } from "../verbs/context";
import { notFound } from "../verbs/not-found";
import { questionInput, type WrittenQuestion } from "./question-lines";

const askedRow = askedQuestionSchema.extend({ id: z.bigint().transform(String), at: instant });

/** A question that looks like a secret of a connection isn't kept as it is. */
function withoutSecrets(text: string): string {
  let shown = text;
  for (const secret of openedSecrets()) if (secret.length >= 8) shown = shown.replaceAll(secret, "[secret]");
  return shown.replaceAll("\0", "");
}

const sideOf = ({ state, searchMs, hits }: SearchSide) => ({ state, ms: searchMs, hits: hits.length });

/** Keeps what was asked, with its figures. */
export async function noteAsked(
  { database, actor }: Context,
  answer: SearchAnswer,
  { namespace, filter }: { namespace: string; filter: unknown },
): Promise<void> {
  const kept =
    filter === undefined
      ? null
      : z.record(z.string(), z.json()).parse(JSON.parse(withoutSecrets(JSON.stringify(filter))));
  await database.prisma.askedQuestion.create({
    data: {
      ...{ routeName: answer.route.name, by: answer.by, question: withoutSecrets(answer.question), namespace },
      ...(kept && { filter: kept }),
      ...{ k: answer.k, shared: answer.shared, askedBy: actor },
      ...{ source: sideOf(answer.source), target: sideOf(answer.target) },
    },
  });
}

/** What a route was asked, newest first. */
export async function readAsked(
  { database }: Context,
  routeName: string,
  { take, ids }: { take: number; ids?: readonly string[] | undefined },
): Promise<AskedQuestion[]> {
  const rows = await database.prisma.askedQuestion.findMany({
    where: { routeName, ...(ids && { id: { in: ids.map(BigInt) } }) },
    orderBy: { id: "desc" },
    take,
  });
  return rows.map((row) => askedRow.parse(row));
}

const setRow = questionSetSchema.extend({ updatedAt: instant });

/** Sets without their questions, by name. */
export async function readSets({ database }: Context): Promise<QuestionSet[]> {
  const rows = await database.prisma.questionSet.findMany({ orderBy: { name: "asc" }, omit: { questions: true } });
  return rows.map((row) => setRow.parse(row));
}

/** One with its questions as they were written. @throws OperatorError `question-set-not-found` */
export async function readSet(
  { database }: Context,
  name: string,
): Promise<QuestionSet & { questions: WrittenQuestion[] }> {
  const row = await database.prisma.questionSet.findUnique({ where: { name } });
  if (!row) throw notFound("question-set", name);
  const questions = z.array(z.custom<WrittenQuestion>((value) => questionInput.safeParse(value).success));
  return { ...setRow.parse(row), questions: questions.parse(row.questions) };
}
