import { z } from "zod";

/** The rows of a table in which a column has this value; an empty one means rows without a value, too. */
export const rowConditionSchema = z.strictObject({ column: z.string().min(1).max(63), value: z.string().max(10_000) });
export type RowCondition = z.infer<typeof rowConditionSchema>;

/** Which rows of a table are filled. */
export const rowChoiceSchema = z.strictObject({
  where: rowConditionSchema.optional(),
  /** Rows that have a vector get another: one counts as done that bears this moment as its time. Left out: only rows that lack one. */
  again: z.iso.datetime().optional(),
});
export type RowChoice = z.infer<typeof rowChoiceSchema>;

/** Rows of a table, and how many of them have a vector. */
const covered = { rows: z.number(), withVector: z.number() };

/** How far a table's rows have vectors, and of which model these are. */
export const coverageSchema = z.object({
  connection: z.string(),
  collection: z.string(),
  ...covered,
  /** Vectors by the model that the table notes; `null`: a vector without a model's name. Left out where it notes none. */
  models: z.array(z.object({ model: z.string().nullable(), withVector: z.number() })).nullable(),
  namespaces: z.array(z.object({ name: z.string(), ...covered })),
  /** Namespaces that aren't listed here, as there are so many. */
  more: z.number(),
  /** What an operator should know of these figures. */
  note: z.string().nullable(),
  /** The same as the server was asked, to be run by anybody. */
  sql: z.array(z.string()),
  /** Columns by which rows can be chosen. */
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  /** Why rows that have a vector can't be filled again, with what to do; `null`: they can. */
  onlyMissing: z.string().nullable(),
});
export type Coverage = z.infer<typeof coverageSchema>;
