import { z } from "zod";

export const ceilingKinds = ["usd", "texts", "records", "egress"] as const;
export type CeilingKind = (typeof ceilingKinds)[number];

/** How far a run may go; `null`: not limited. US dollars are those of embedding, reads and writes. */
export const ceilingsSchema = z.object({
  maxUsd: z.number().nullable(),
  maxTexts: z.number().nullable(),
  maxRecords: z.number().nullable(),
  /** GB that the stores answer and bill. */
  maxEgress: z.number().nullable().default(null),
});
export type Ceilings = z.infer<typeof ceilingsSchema>;

/** The ceilings of a run, and which one it was paused at, in words with what is spent and what is left. */
export const runCeilingsSchema = ceilingsSchema.extend({
  reached: z.enum(ceilingKinds).nullable(),
  words: z.string().nullable(),
});
export type RunCeilings = z.infer<typeof runCeilingsSchema>;

/** What somebody asked for: left out, it stays as it is; `null` takes a ceiling away. */
export type GivenCeilings = { [Name in keyof Ceilings]?: Ceilings[Name] | undefined };

/** A run that stands, and whose ceiling somebody raises or takes away. */
export type RaisedRun = {
  runId: string;
  /** An analysis or a verification: nothing is written. */
  reads: boolean;
  /** The plan that it carries out; `null` where it has none. */
  plan: { id: string; createdBy: string; changes: number } | null;
};

/** What somebody asks of the ceilings of a run that may stand already: never without the rule for whoever raises one. */
export type AskedCeilings = GivenCeilings & {
  /** @throws OperatorError where they may not */
  mayRaise(run: RaisedRun): void;
};
