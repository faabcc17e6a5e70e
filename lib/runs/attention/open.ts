import type { Sql } from "@/lib/db/contract";
import type { AttentionCause } from "@/lib/shapes/attention";
import { defaultRoute } from "@/lib/shapes/names";
import { newIdentifier } from "../lifecycle/identifiers";

/** Something that somebody has to look at, as it is now. */
export type NewAttention = {
  cause: AttentionCause;
  /** With the cause, what tells it from others: of the same there is one. */
  subject: string;
  level: "warn" | "error";
  what: string;
  next: string;
  href: string;
  runId?: string;
  planId?: string;
  scheduleId?: string;
  runKind?: string;
  /** Left out where it is of no route: documents. */
  route?: string | null;
  target?: string | null;
  places?: readonly string[];
  records?: number;
  subjectAt?: Date;
};

/** The route that a row of runs or plans was made on; `NULL` of one over documents. */
export const routeOfSettings = (row: string): string =>
  `CASE WHEN ${row}."settings" ->> 'kind' IS NULL THEN coalesce(${row}."settings" #>> '{route,name}', '${defaultRoute}') END`;

export const keyOf = ({ cause, subject }: Pick<NewAttention, "cause" | "subject">) => `${cause}:${subject}`;

/** Opens an item, or brings the one that stands up to date; one that was acknowledged stays so while its cause stands. */
export async function openAttention(sql: Sql, item: NewAttention): Promise<void> {
  await sql.run(
    `INSERT INTO "Attention" ("id", "key", "standing", "cause", "level", "runId", "planId", "scheduleId", "runKind", "target", "places",
            "what", "next", "href", "records", "since", "subjectAt", "route")
     VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, clock_timestamp(), coalesce($15, clock_timestamp()), $16)
     ON CONFLICT ("standing") DO UPDATE SET "level" = EXCLUDED."level", "runId" = EXCLUDED."runId", "planId" = EXCLUDED."planId",
       "places" = EXCLUDED."places", "what" = EXCLUDED."what", "next" = EXCLUDED."next", "href" = EXCLUDED."href", "records" = EXCLUDED."records"
      WHERE ("Attention"."what", "Attention"."next", "Attention"."records", "Attention"."places", "Attention"."runId", "Attention"."planId")
            IS DISTINCT FROM (EXCLUDED."what", EXCLUDED."next", EXCLUDED."records", EXCLUDED."places", EXCLUDED."runId", EXCLUDED."planId")`,
    [
      newIdentifier("attention"),
      keyOf(item),
      item.cause,
      item.level,
      item.runId ?? null,
      item.planId ?? null,
      item.scheduleId ?? null,
      item.runKind ?? null,
      item.target ?? null,
      item.places ?? [],
      item.what,
      item.next,
      item.href,
      item.records ?? null,
      item.subjectAt ?? null,
      item.route ?? null,
    ],
  );
}

/** Opens what is there now of one subject, and notes as solved what stood and is there no more. */
export async function settleAttention(
  sql: Sql,
  of: { column: "runId" | "planId" | "scheduleId"; id: string; causes: readonly AttentionCause[] },
  items: readonly NewAttention[],
  solvedBy: string,
): Promise<void> {
  await sql.run(
    `UPDATE "Attention" SET "standing" = NULL, "solvedAt" = clock_timestamp(), "solvedBy" = $4
      WHERE "${of.column}" = $1 AND "cause" = ANY($2) AND "standing" IS NOT NULL AND NOT "standing" = ANY($3)`,
    [of.id, of.causes, items.map(keyOf), solvedBy],
  );
  for (const item of items) await openAttention(sql, item);
}
