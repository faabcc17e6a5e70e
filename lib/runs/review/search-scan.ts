import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { Bits } from "@/lib/plan/bits";
import { positionsHolding, rosterOf, rosterSeparator, searchedFor, sizeOfRoster } from "@/lib/plan/roster";
import type { ChangeDirectory, ChunkSpan } from "./change-directory";
import type { ChangeFilter } from "./change-filter";

/** Chunks in one statement: so many that it takes some milliseconds, whatever the machine and the length of IDs. */
const steps = { first: 32, least: 8, most: 2048 } as const;
const stepMs = { short: 6, long: 18 } as const;

/**
 * A search for part of an ID, which goes through a plan's rosters from the first chunk to the last and can pause anywhere between: what
 * was found so far can be shown, and nothing goes on that nobody asks for.
 */
export class SearchScan {
  /** What was found in the chunks that were looked through. */
  readonly found: Bits;
  readonly #text: string;
  readonly #end: number;
  #next: number;
  #step: number = steps.first;
  #turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly filter: Pick<ChangeFilter, "planId" | "kind" | "namespace">,
    private readonly directory: ChangeDirectory,
    search: string,
  ) {
    const { from, end } =
      filter.namespace === undefined
        ? { from: 0, end: directory.chunks.length }
        : directory.indicesOf(filter.namespace);
    this.found = Bits.none(directory.size);
    this.#text = searchedFor(search);
    this.#next = from;
    this.#end = end;
  }

  /** Whether all was looked through. */
  get done(): boolean {
    return this.#next >= this.#end;
  }

  /**
   * Looks on, to the end or until a time. Several who ask at once take turns, so never to be waited for inside a transaction.
   * @param until as `performance.now()` tells time; `null`: to the end
   */
  advance(sql: Sql, until: number | null): Promise<void> {
    const turn = this.#turn.then(() => this.#work(sql, until));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #work(sql: Sql, until: number | null): Promise<void> {
    while (!this.done) {
      const began = performance.now();
      if (until !== null && began >= until) return;
      const end = Math.min(this.#end, this.#next + this.#step);
      await this.#look(sql, this.directory.chunks.slice(this.#next, end));
      this.#next = end;
      const took = performance.now() - began;
      if (took < stepMs.short) this.#step = Math.min(steps.most, this.#step * 2);
      else if (took > stepMs.long) this.#step = Math.max(steps.least, this.#step >> 1);
    }
  }

  async #look(sql: Sql, chunks: readonly ChunkSpan[]): Promise<void> {
    for (const { ids, ...place } of await this.#holding(sql, chunks)) {
      const start = this.directory.spanOf(place)?.start ?? 0;
      for (const position of positionsHolding(ids, this.#text)) this.found.mark(start + position);
    }
  }

  /** Those of the chunks in whose IDs the text stands somewhere; the database leaves out the others. */
  async #holding(sql: Sql, chunks: readonly ChunkSpan[]): Promise<Roster[]> {
    const { planId, kind } = this.filter;
    const wanted = [chunks.map((one) => one.namespace), chunks.map((one) => one.sequence)];
    if (kind === "create" || kind === "orphan")
      return this.#listed(sql, kind === "create" ? "creates" : "orphans", wanted);
    return sql.rows(
      rosterSchema,
      `SELECT r."namespace", r."sequence", r."ids" FROM unnest($3::text[], $4::int[]) AS w("namespace", "sequence")
        CROSS JOIN LATERAL (SELECT * FROM "ChangeRoster" WHERE "planId" = $1 AND "kind" = $2 AND "namespace" = w."namespace"
                               AND "sequence" = w."sequence" LIMIT 1) r
        WHERE strpos(r."ids", $5) > 0`,
      [planId, kind, ...wanted, this.#text],
    );
  }

  /** The same for creates and orphans, whose IDs stand in the chunks as lists. */
  async #listed(sql: Sql, list: "creates" | "orphans", wanted: readonly unknown[]): Promise<Roster[]> {
    const { planId } = this.filter;
    const rows = await sql.rows(
      rosterSchema,
      `SELECT * FROM (SELECT c."namespace", c."sequence", array_to_string(c."${list}", $4) AS "ids"
                        FROM unnest($2::text[], $3::int[]) AS w("namespace", "sequence")
                       CROSS JOIN LATERAL (SELECT * FROM "Chunk" WHERE "planId" = $1 AND "namespace" = w."namespace"
                                              AND "sequence" = w."sequence" LIMIT 1) c OFFSET 0) r
        WHERE strpos(r."ids", $5) > 0`,
      [planId, ...wanted, rosterSeparator, this.#text],
    );
    return Promise.all(
      rows.map((row) =>
        sizeOfRoster(row.ids) === this.directory.spanOf(row)?.size ? row : reread(sql, planId, list, row),
      ),
    );
  }
}

const rosterSchema = z.object({ namespace: z.string(), sequence: z.number(), ids: z.string() });
type Roster = z.infer<typeof rosterSchema>;
const listSchema = z.object({ list: z.array(z.string()) });

/** An ID of this chunk holds the separator itself: the list is read as one. */
async function reread(sql: Sql, planId: string, list: "creates" | "orphans", row: Roster): Promise<Roster> {
  const [chunk] = await sql.rows(
    listSchema,
    `SELECT "${list}" AS "list" FROM "Chunk" WHERE "planId" = $1 AND "namespace" = $2 AND "sequence" = $3`,
    [planId, row.namespace, row.sequence],
  );
  return { ...row, ids: rosterOf(chunk?.list ?? []) };
}
