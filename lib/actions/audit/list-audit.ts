import { z } from "zod";
import { entryRow, toEntry } from "@/lib/audit/entry-rows";
import { filterCondition, filterValues } from "@/lib/audit/filters";
import { openActs } from "@/lib/audit/intents";
import { auditEntrySchema, auditOutcomes, openActSchema } from "@/lib/shapes/team/audit";
import { amount } from "../answers/columns";
import type { Context } from "../verbs/context";
import { limitInput } from "../verbs/parse-input";

const filters = {
  /** Part of a name. */
  who: z.string().max(200).optional(),
  act: z.string().max(100).optional(),
  /** ID or name of what it is about. */
  subject: z.string().max(200).optional(),
  outcome: z.enum(auditOutcomes).optional(),
  from: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
};

export const listAuditInput = z.strictObject({
  ...filters,
  /** Entries before this number. */
  before: z.int().min(1).optional(),
  limit: limitInput,
});
export const listAuditAnswer = z.object({
  entries: z.array(auditEntrySchema),
  /** Entries that match, over all pages. */
  matching: z.number(),
  /** What there is to filter by. */
  acts: z.array(z.string()),
  /** Begun, and how it ended isn't known: whatever is at work now, and what a process that is gone left. Oldest first, without a filter. */
  open: z.array(openActSchema),
});
export const exportAuditInput = z.strictObject(filters);

/** Entries of the audit trail, newest first. */
export async function listAudit({ database }: Context, input: z.infer<typeof listAuditInput>) {
  const values = filterValues(input);
  const rows = await database.rows(
    entryRow,
    `SELECT * FROM "Audit" WHERE ${filterCondition} AND ($7::bigint IS NULL OR "number" < $7::bigint) ORDER BY "number" DESC LIMIT $8::int`,
    [...values, input.before ?? null, input.limit],
  );
  const [counted] = await database.rows(
    z.object({ matching: amount }),
    `SELECT count(*)::float8 AS matching FROM "Audit" WHERE ${filterCondition}`,
    values,
  );
  const acts = await database.rows(z.object({ act: z.string() }), `SELECT DISTINCT "act" FROM "Audit" ORDER BY 1`);
  return {
    entries: rows.map(toEntry),
    matching: counted?.matching ?? 0,
    acts: acts.map(({ act }) => act),
    open: await openActs(database),
  };
}
