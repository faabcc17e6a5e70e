import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { Bits } from "@/lib/plan/bits";
import { ChangeDirectory, readDirectory } from "./change-directory";
import type { ChangeFilter } from "./change-filter";
import { type Outline, readOutline } from "./change-outline";
import { Kept, type Kind } from "./kept";
import { SearchScan } from "./search-scan";

/** Bytes of directories, outlines and searches that are kept for one database. */
const bytesKept = 48_000_000;
const bytesOfChunk = 200;

const kept = new WeakMap<Sql, Kept>();

const directories: Kind<ChangeDirectory> = {
  is: (value) => value instanceof ChangeDirectory,
  weigh: ({ chunks }) => 500 + chunks.length * bytesOfChunk,
};
const outlines: Kind<Bits> = { is: (value) => value instanceof Bits, weigh: ({ bytes }) => 500 + bytes.length };
const scans: Kind<SearchScan> = {
  is: (value) => value instanceof SearchScan,
  weigh: ({ found }) => 500 + found.bytes.length,
};

const planSchema = z.object({ state: z.string(), revision: z.number() });

/**
 * The outline of a filter. A plan's changes don't change once it is made, so what was worked out last is kept: turning pages, jumping,
 * scrolling and typing on begin where the page before ended. What depends on exclusions is kept until those change, and nothing of a plan
 * in the making.
 * @param until when to answer with what a search has found so far, as `performance.now()` tells time; `null`: when it has found all.
 * Not to be waited for inside a transaction: others' turns may wait for that.
 */
export async function outlineOf(sql: Sql, filter: ChangeFilter, until: number | null): Promise<Outline> {
  const { planId, kind, search, ...others } = filter;
  const [plan] = await sql.rows(planSchema, `SELECT "state", "revision" FROM "Plan" WHERE "id" = $1`, [planId]);
  const made = plan !== undefined && plan.state !== "planning" && plan.state !== "failed";
  const own = made ? keptOf(sql) : new Kept(0);
  const name = (what: string, rest: object) =>
    JSON.stringify([
      what,
      planId,
      kind,
      ...Object.entries(rest)
        .filter(([, value]) => value !== undefined)
        .sort(),
    ]);

  const directory = await own.get(name("directory", {}), () => readDirectory(sql, planId, kind), directories);
  const revision = filter.excluded === undefined ? undefined : plan?.revision;
  const bits = await own.get(
    name("outline", { ...others, revision }),
    () => readOutline(sql, filter, directory),
    outlines,
  );
  if (search === undefined) return { directory, bits, exact: true };
  const scan = await own.get(
    name("search", { search, namespace: filter.namespace }),
    async () => new SearchScan(filter, directory, search),
    scans,
  );
  await scan.advance(sql, until);
  return { directory, bits: bits.and(scan.found), exact: scan.done };
}

function keptOf(sql: Sql): Kept {
  const own = kept.get(sql) ?? new Kept(bytesKept);
  kept.set(sql, own);
  return own;
}
