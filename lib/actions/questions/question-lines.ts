import { z } from "zod";
import { filterInput } from "../search/filter-input";
import { namespaceInput } from "../verbs/parse-input";

/** A question of a log or a set: by a text, a vector or a record, and what it should find. */
export const questionInput = z
  .strictObject({
    text: z.string().trim().min(1).max(8000).optional(),
    vector: z.array(z.number()).min(1).max(100_000).optional(),
    /** ID of a record that asks by its own vector: embeds nothing. */
    record: z.string().min(1).max(2000).optional(),
    namespace: namespaceInput.default(""),
    filter: filterInput.optional(),
    /** IDs that should be found. */
    expected: z.array(z.string().min(1)).max(1000).optional(),
  })
  .refine(
    ({ text, vector, record }) => [text, vector, record].filter((one) => one !== undefined).length === 1,
    "give one of text, vector and record",
  );
/** As it is written and kept: its filter in the words of whoever asks. */
export type WrittenQuestion = z.input<typeof questionInput>;

/** A line may call its text `query`, and have more beside what a question is. */
const lineSchema = z.looseObject({
  query: z.unknown().optional(),
  text: z.unknown().optional(),
  vector: z.unknown().optional(),
  record: z.unknown().optional(),
  namespace: z.unknown().optional(),
  filter: z.unknown().optional(),
  expected: z.unknown().optional(),
});

/** A JSON line for each question, as files of them and the facade's log have it. Lines that can't be read are counted. */
export function readQuestionLines(text: string): { questions: WrittenQuestion[]; brokenLines: number } {
  const questions: WrittenQuestion[] = [];
  let brokenLines = 0;
  for (const line of text.split("\n").filter((each) => each.trim() !== "")) {
    const question = questionOf(line);
    if (question) questions.push(question);
    else brokenLines++;
  }
  return { questions, brokenLines };
}

function questionOf(line: string): WrittenQuestion | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return null;
  }
  const read = lineSchema.safeParse(parsed);
  if (!read.success) return null;
  const { query, text = query, vector, record, namespace, filter, expected } = read.data;
  const given = { text, vector, record, namespace, filter, expected };
  // What is null was left empty by whoever wrote the line.
  const question = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value !== null),
  );
  return isQuestion(question) ? question : null;
}

const isQuestion = (value: object): value is WrittenQuestion => questionInput.safeParse(value).success;

/** The same as lines again. */
export const lineOf = ({ text, ...rest }: WrittenQuestion): string =>
  `${JSON.stringify({ ...(text !== undefined && { query: text }), ...rest })}\n`;
