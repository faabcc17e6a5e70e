import type { Sql } from "@/lib/db/contract";

/** A part of a run whose work is known from the start. */
export type Share = { namespace: string; chunks: number; total: number };

/** The segments of a run whose work is known from the start: nothing is listed. */
export async function insertShares(sql: Sql, runId: string, shares: readonly Share[]): Promise<void> {
  await sql.run(
    `INSERT INTO "Segment" ("runId", "namespace", "position", "expected", "total", "chunks", "listed")
     SELECT $1, s.*, true FROM unnest($2::text[], $3::int[], $4::int[], $4::int[], $5::int[]) AS s`,
    [
      runId,
      shares.map((share) => share.namespace),
      shares.map((_, position) => position),
      shares.map((share) => share.total),
      shares.map((share) => share.chunks),
    ],
  );
}
