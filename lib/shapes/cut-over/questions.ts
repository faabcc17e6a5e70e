import { z } from "zod";
import { routeName } from "../routes/route";

/** What of a set is kept at most. */
export const setLimits = { questions: 2000, sets: 200, bytes: 3_000_000 };

/** Where questions come from otherwise: no set is called so. */
const taken = ["documents", "known-items", "file"];
export const setName = routeName.refine((name) => !taken.includes(name), `not ${taken.join(", ")}`);

const sideSchema = z.object({
  state: z.enum(["answered", "not-asked", "failed"]),
  /** Milliseconds that the index took, without making the question's vector. */
  ms: z.number().nullable(),
  hits: z.number().int(),
});

/** A question that was put to both sides, with what it took. Its vector isn't kept. */
export const askedQuestionSchema = z.object({
  id: z.string(),
  at: z.string(),
  by: z.enum(["text", "record", "vector"]),
  /** The text, or the record's ID; of a vector how long it was. */
  question: z.string(),
  namespace: z.string(),
  filter: z.record(z.string(), z.json()).nullable(),
  k: z.number().int(),
  source: sideSchema,
  target: sideSchema,
  /** Hits that both had. */
  shared: z.number().int().nullable(),
  askedBy: z.string(),
});
export type AskedQuestion = z.infer<typeof askedQuestionSchema>;

/** Questions under a name, to be asked again. */
export const questionSetSchema = z.object({
  name: z.string(),
  count: z.number().int(),
  /** Of these, how many say what they should find. */
  expecting: z.number().int(),
  createdBy: z.string(),
  updatedAt: z.string(),
});
export type QuestionSet = z.infer<typeof questionSetSchema>;

const percentiles = z.object({ p50: z.number(), p95: z.number() }).nullable();

/** How long each side took, hour by hour or day by day. */
export const searchFiguresSchema = z.object({
  every: z.enum(["hour", "day"]),
  points: z.array(
    z.object({
      /** When the hour or day began, in UTC; of a gate, when it ended. */
      at: z.string(),
      /** When the first and the last of its searches were asked; of a gate, when it ended. */
      first: z.string(),
      last: z.string(),
      /** Searches, or the questions of a gate. */
      n: z.number().int(),
      from: z.enum(["searches", "gate"]),
      source: percentiles,
      target: percentiles,
    }),
  ),
});
export type SearchFigures = z.infer<typeof searchFiguresSchema>;
