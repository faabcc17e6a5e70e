import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import type { Bits } from "@/lib/plan/bits";
import { type ChangeDirectory, readDirectory } from "./change-directory";
import type { ChangeFilter } from "./change-filter";
import { readSelection, type Selection } from "./change-selection";
import { SearchScan } from "./search-scan";

/** What was worked out last, up to so many bytes. Those who ask at once share what is made; what could not be made isn't kept. */
function keep<T extends object>(maxSize: number, sizeCalculation: (value: T) => number) {
  return new LRUCache<string, T, () => Promise<T>>({
    maxSize,
    sizeCalculation,
    fetchMethod: (_name, _stale, { context: make }) => make(),
    // Whoever asked gets an answer, also when others asked for so much meanwhile that it isn't kept.
    ignoreFetchAbort: true,
  });
}

const bytesOfChunk = 200;
const bytesOfEntry = 500;

/** What one database's reviews keep: 48 MB at most. */
const openCaches = () => ({
  directories: keep<ChangeDirectory>(8_000_000, ({ chunks }) => bytesOfEntry + chunks.length * bytesOfChunk),
  selections: keep<Bits>(24_000_000, ({ bytes }) => bytesOfEntry + bytes.length),
  scans: keep<SearchScan>(16_000_000, ({ found }) => bytesOfEntry + found.bytes.length),
});
type Caches = ReturnType<typeof openCaches>;

const opened = new WeakMap<Sql, Caches>();

function cachesOf(sql: Sql): Caches {
  const caches = opened.get(sql) ?? openCaches();
  opened.set(sql, caches);
  return caches;
}

const planSchema = z.object({ state: z.string(), revision: z.number() });

/**
 * The selection of a filter. A plan's changes don't change once it is made, so what was worked out last is kept: turning pages, jumping,
 * scrolling and typing on begin where the page before ended. What depends on exclusions is kept until those change, and nothing of a plan
 * in the making.
 * @param until when to answer with what a search has found so far, as `performance.now()` tells time; `null`: when it has found all.
 * Not to be waited for inside a transaction: others' turns may wait for that.
 */
export async function selectionOf(sql: Sql, filter: ChangeFilter, until: number | null): Promise<Selection> {
  const { planId, kind, search, ...others } = filter;
  const [plan] = await sql.rows(planSchema, `SELECT "state", "revision" FROM "Plan" WHERE "id" = $1`, [planId]);
  const made = plan !== undefined && plan.state !== "planning" && plan.state !== "failed";
  const { directories, selections, scans } = made ? cachesOf(sql) : openCaches();
  const name = (rest: object) =>
    JSON.stringify([
      planId,
      kind,
      ...Object.entries(rest)
        .filter(([, value]) => value !== undefined)
        .sort(),
    ]);

  const directory = await directories.forceFetch(name({}), { context: () => readDirectory(sql, planId, kind) });
  const revision = filter.excluded === undefined ? undefined : plan?.revision;
  const bits = await selections.forceFetch(name({ ...others, revision }), {
    context: () => readSelection(sql, filter, directory),
  });
  if (search === undefined) return { directory, bits, exact: true };
  const scan = await scans.forceFetch(name({ search, namespace: filter.namespace }), {
    context: async () => new SearchScan(filter, directory, search),
  });
  await scan.advance(sql, until);
  return { directory, bits: bits.and(scan.found), exact: scan.done };
}
