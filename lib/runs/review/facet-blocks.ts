import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import { Bitmap } from "@/lib/plan/bitmap";
import { Bits } from "@/lib/plan/bits";
import type { ChangeKind } from "@/lib/shapes/plans/change";
import { type ChangeDirectory, readDirectory } from "./change-directory";

/** Changes in one block, and the bytes of their bits. */
export const blockSize = 65_536;
const blockBytes = blockSize / 8;

/** What of a plan is faceted: problems by their reasons, updates by all else. */
export const facetedKind = (facet: string): ChangeKind => (facet === "reason" ? "problem" : "update");

/** A facet's changes, in blocks as the database holds them; empty blocks are left out. `bits`: hexadecimal, after an x. */
export function blocksOf(bits: Bits): { block: number; count: number; bits: string }[] {
  const blocks: { block: number; count: number; bits: string }[] = [];
  for (let from = 0; from < bits.size; from += blockSize) {
    const count = bits.rank(from + blockSize) - bits.rank(from);
    if (count === 0) continue;
    const bytes = bits.bytes.subarray(from / 8, from / 8 + blockBytes);
    blocks.push({
      block: from / blockSize,
      count,
      bits: `x${Buffer.from(bytes)
        .toString("hex")
        .padEnd(blockBytes * 2, "0")}`,
    });
  }
  return blocks;
}

const facetSchema = z.object({ facet: z.string(), sign: z.string(), key: z.string() });
type NamedFacet = z.infer<typeof facetSchema>;
const blockSchema = z.object({ block: z.number(), members: z.string() });
/** Before its bits, a bit string sends how many it has. */
const lengthBytes = 4;

/** Which changes have the facet: of a made plan from a few blocks, of one in the making from its chunks. */
export async function readFacet(
  sql: Sql,
  planId: string,
  directory: ChangeDirectory,
  facet: NamedFacet,
): Promise<Bits> {
  const rows = await sql.rows(
    blockSchema,
    `SELECT "block", encode(varbit_send("members"), 'base64') AS "members" FROM "FacetBlock"
      WHERE "planId" = $1 AND "facet" = $2 AND "sign" = $3 AND "key" = $4`,
    [planId, facet.facet, facet.sign, facet.key],
  );
  const bits = Bits.none(directory.size);
  for (const { block, members } of rows)
    bits.put(block * blockSize, Buffer.from(members, "base64").subarray(lengthBytes));
  if (rows.length === 0) await gather(sql, planId, directory, facet, bits);
  return bits;
}

/** The same from the chunks' own bitmaps, which a plan has while it is being made. */
function gather(
  sql: Sql,
  planId: string,
  directory: ChangeDirectory,
  { facet, sign, key }: NamedFacet,
  bits: Bits,
): Promise<void> {
  return markChunks(sql, directory, bits, {
    of: `"ChangeFacet" WHERE "planId" = $1 AND "facet" = $2 AND "sign" = $3 AND "key" = $4`,
    values: [planId, facet, sign, key],
  });
}

const chunkSchema = z.object({ namespace: z.string(), sequence: z.number(), count: z.number(), members: z.string() });

/** Marks what chunks' own bitmaps say. What the directory doesn't know was written after it was read. */
export async function markChunks(
  sql: Sql,
  directory: ChangeDirectory,
  bits: Bits,
  rows: { of: string; values: readonly unknown[] },
): Promise<void> {
  const text = `SELECT "namespace", "sequence", "count", "members" FROM ${rows.of}`;
  for (const { count, members, ...place } of await sql.rows(chunkSchema, text, rows.values)) {
    const span = directory.spanOf(place);
    if (!span) continue;
    if (members === "") bits.markRange(span.start, span.start + Math.min(count, span.size));
    else for (const position of Bitmap.decode(members, count).positions()) bits.mark(span.start + position);
  }
}

/** Facets of chunks that wait for being put together, each once. */
export function readLooseFacets(sql: Sql, planId: string): Promise<NamedFacet[]> {
  return sql.rows(facetSchema, `SELECT DISTINCT "facet", "sign", "key" FROM "ChangeFacet" WHERE "planId" = $1`, [
    planId,
  ]);
}

/**
 * Puts the chunks' facets together, once the plan has all of its chunks: a review's filters then read a few blocks, however many chunks
 * there are. Each facet moves by itself, so whoever was interrupted goes on; two who do it at once do it once.
 */
export async function packFacets(database: Database, planId: string): Promise<void> {
  const directories = {
    update: await readDirectory(database, planId, "update"),
    problem: await readDirectory(database, planId, "problem"),
  };
  for (const facet of await readLooseFacets(database, planId)) {
    const directory = directories[facetedKind(facet.facet) === "problem" ? "problem" : "update"];
    const bits = Bits.none(directory.size);
    await gather(database, planId, directory, facet, bits);
    const blocks = blocksOf(bits);
    const values = [planId, facet.facet, facet.sign, facet.key];
    await database.transaction(async (sql) => {
      await sql.run(
        `DELETE FROM "ChangeFacet" WHERE "planId" = $1 AND "facet" = $2 AND "sign" = $3 AND "key" = $4`,
        values,
      );
      await sql.run(
        `INSERT INTO "FacetBlock" ("planId", "facet", "sign", "key", "block", "count", "members")
         SELECT $1, $2, $3, $4, b.* FROM unnest($5::int[], $6::int[], $7::varbit[]) AS b
         ON CONFLICT DO NOTHING`,
        [...values, blocks.map((one) => one.block), blocks.map((one) => one.count), blocks.map((one) => one.bits)],
      );
    });
  }
}
