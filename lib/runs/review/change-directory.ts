import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import type { ChangeKind } from "@/lib/shapes/plans/change";
import { type ChangePosition, type ChunkPlace, chunkName } from "./change-filter";

/** A chunk's changes of one kind: how many there are, and how many come before them in the plan. */
export type ChunkSpan = ChunkPlace & { start: number; size: number };

/** All changes of one kind of a plan, numbered in the order of lists: which number stands where, and the other way round. */
export class ChangeDirectory {
  readonly size: number;
  readonly #indices: ReadonlyMap<string, number>;

  constructor(readonly chunks: readonly ChunkSpan[]) {
    const last = chunks.at(-1);
    this.size = last ? last.start + last.size : 0;
    this.#indices = new Map(chunks.map((chunk, index) => [chunkName(chunk), index]));
  }

  /** The chunk in which a number stands, as its place in `chunks`; -1 beyond the end. */
  indexAt(number: number): number {
    if (number < 0 || number >= this.size) return -1;
    let [low, high] = [0, this.chunks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.chunks[middle]?.start ?? 0) <= number) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Where changes stand by their numbers, which ascend. */
  positionsAt(numbers: readonly number[]): ChangePosition[] {
    let index = this.indexAt(numbers[0] ?? -1);
    return numbers.flatMap((number): ChangePosition[] => {
      let chunk = this.chunks[index];
      while (chunk && number >= chunk.start + chunk.size) chunk = this.chunks[++index];
      if (!chunk) return [];
      const { namespace, sequence, start } = chunk;
      return [{ namespace, sequence, position: number - start }];
    });
  }

  spanOf(place: ChunkPlace): ChunkSpan | undefined {
    return this.chunks[this.#indices.get(chunkName(place)) ?? -1];
  }

  /** Places in `chunks` of a namespace's: from the first up to, not including, the end. */
  indicesOf(namespace: string): { from: number; end: number } {
    const from = this.chunks.findIndex((chunk) => chunk.namespace === namespace);
    if (from === -1) return { from: 0, end: 0 };
    let end = from;
    while (this.chunks[end]?.namespace === namespace) end++;
    return { from, end };
  }

  /** Numbers of the changes in the chunks from one place up to, not including, another. */
  numbersOf({ from, end }: { from: number; end: number }): { from: number; end: number } {
    if (from >= end) return { from: 0, end: 0 };
    return { from: this.chunks[from]?.start ?? 0, end: this.chunks[end]?.start ?? this.size };
  }
}

const counts = { create: "createCount", update: "updates", problem: "problems", orphan: "orphanCount" } as const;
const rowSchema = z.object({ namespace: z.string(), chunks: z.string() });

/** Reads a row a namespace, however many chunks it has. */
export async function readDirectory(sql: Sql, planId: string, kind: ChangeKind): Promise<ChangeDirectory> {
  const count = `"${counts[kind]}"`;
  const rows = await sql.rows(
    rowSchema,
    `SELECT "namespace", string_agg("sequence" || ' ' || ${count}, ' ' ORDER BY "sequence") AS "chunks"
       FROM "Chunk" WHERE "planId" = $1 AND ${count} > 0 GROUP BY "namespace" ORDER BY "namespace"`,
    [planId],
  );
  const chunks: ChunkSpan[] = [];
  let start = 0;
  for (const row of rows) {
    const numbers = row.chunks.split(" ").map(Number);
    for (let at = 0; at < numbers.length; at += 2) {
      const size = numbers[at + 1] ?? 0;
      chunks.push({ namespace: row.namespace, sequence: numbers[at] ?? 0, start, size });
      start += size;
    }
  }
  return new ChangeDirectory(chunks);
}
