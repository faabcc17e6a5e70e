import { z } from "zod";
import { verdictWords } from "./verdict-words";

/** How vectors were compared: with a digest of what was sent, with their text embedded again, or not but for their form. */
export const comparedVectorsSchema = z.object({ asSent: z.number(), embeddedAgain: z.number(), unchecked: z.number() });
export type ComparedVectors = z.infer<typeof comparedVectorsSchema>;

/** What a read-back check found, with its method and coverage. */
export const verdictSchema = z.object({
  ok: z.boolean(),
  /** Left out of verdicts of earlier versions: {@link wordOf} reads those too. */
  word: z.enum(verdictWords).optional(),
  /** One sentence with method and coverage, as an operator reads it. */
  words: z.string(),
  source: z.object({ count: z.number(), exact: z.boolean() }),
  target: z.object({ count: z.number(), exact: z.boolean() }),
  /** Source IDs that the target lacks, those with a finding (skipped, failed) apart. */
  missing: z.number(),
  explainedMissing: z.number(),
  /** Of these, those that were taken out of the plan: nothing stands against writing them. */
  takenOut: z.number().optional(),
  /** Source IDs that came after the run had listed them. */
  arrivedLater: z.number(),
  orphans: z.number(),
  /** Records of both sides that were there before the run, where not all that were compared of them are as Portage would have written them. */
  uncompared: z.number().optional(),
  sampled: z.number(),
  /** Records that could have been compared; left out of verdicts of earlier versions. */
  comparable: z.number().optional(),
  sampleMismatches: z.number(),
  /** How the vectors of the compared records were compared; left out for documents. */
  vectors: comparedVectorsSchema.optional(),
  /** Sides whose listing gave less than their statistics count. */
  short: z.array(z.object({ side: z.enum(["source", "target"]), listed: z.number(), counted: z.number() })).optional(),
  /** Sides that may hold more than they show to the connection's user, with why. */
  withheld: z.array(z.object({ side: z.enum(["source", "target"]), why: z.string() })).optional(),
  /** Of a target made of vectors and rows: records of which only one stands, and that nothing explains. */
  halves: z.object({ withoutRow: z.number(), withoutVector: z.number() }).optional(),
  /** Up to 20 IDs that don't match, with what is wrong. */
  mismatches: z.array(z.object({ id: z.string(), detail: z.string() })),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** Namespaces of a run by what their read-back check is called. */
export const verifiedSchema = z.object({
  /** Called `verified`, and nothing else. */
  ok: z.number(),
  /** Of these, those of which only a sample of the records was compared. */
  sampled: z.number().default(0),
  partly: z.number().default(0),
  incomplete: z.number().default(0),
  nothing: z.number().default(0),
  failed: z.number(),
  /** Without a verdict yet. */
  pending: z.number(),
});
export type Verified = z.infer<typeof verifiedSchema>;

/** `isSampled` as SQL over a column of verdicts. */
export const sampledInSql = (column: string) =>
  `coalesce((${column} ->> 'sampled')::int < (${column} ->> 'comparable')::int, false)`;

/** What `wordOf` answers, as SQL over a column of verdicts, `NULL` where there is none. */
export const wordInSql = (column: string) =>
  `CASE WHEN ${column} IS NULL OR ${column}->>'ok' IS NULL THEN NULL WHEN ${column} ? 'word' THEN ${column}->>'word'
        WHEN ${column}->>'ok' = 'false' THEN 'not-verified'
        WHEN coalesce((${column}->>'explainedMissing')::int, 0) + coalesce((${column}->>'arrivedLater')::int, 0) > 0 THEN 'incomplete'
        WHEN coalesce((${column}->>'sampled')::int, 0) > 0 THEN 'verified' ELSE 'compared-in-part' END`;
