import { isDeepStrictEqual } from "node:util";
import type { Database, Sql } from "@/lib/db/contract";
import { type Amount, ceilingHit } from "@/lib/plan/estimate/ceilings";
import type { CeilingKind } from "@/lib/shapes/runs/ceilings";
import type { Work } from "../compare/work";
import { type CeilingRow, readCeiling } from "../lifecycle/ceiling-rows";
import { Drained, LeaseLost } from "../lifecycle/interruptions";
import { type Claimed, fence } from "../lifecycle/lease";
import type { Ledger, Settled } from "../lifecycle/ledger";
import { recordUnits } from "../pacing/meter";
import type { Item } from "./item";
import { pauseAtCeiling } from "./pause-at-ceiling";

const nothing: Amount = { usd: 0, texts: 0, records: 0, egress: 0 };

/**
 * Takes what a batch may use from the run's ceiling before it is begun, works on as much of it as fits, and gives back what wasn't used:
 * across all workers, never more is under way than the ceiling leaves. Where not all of it fits the run is paused.
 * @throws Drained once the ceiling is reached; what fitted is done by then
 */
export async function withinCeiling<T extends Item>(
  work: Work,
  items: readonly T[],
  transfer: (work: Work, items: readonly T[]) => Promise<void>,
): Promise<void> {
  if (items.length === 0) return transfer(work, items);
  const { database } = work.parts;
  // Asked with each batch: a ceiling may be given to a run that is under way.
  const taken = await take(work, items);
  if (taken.amount === null) return transfer(work, items);
  const tally = new Tally(work, taken.items);
  try {
    if (taken.items.length > 0) await transfer({ ...work, ledger: tally }, taken.items);
  } finally {
    if (taken.items.length > 0) await giveBack(database, work.held, sum(taken.amount, tally.takenMore), tally.used);
  }
  if (taken.reached === null) return;
  await pauseAtCeiling(database, work.held.runId, taken.reached);
  throw new Drained();
}

async function take<T extends Item>(work: Work, items: readonly T[]) {
  const { database } = work.parts;
  let before: CeilingRow | null = null;
  for (;;) {
    const standing = await readCeiling(database, work.held.runId);
    if (standing === null) return { items, amount: null, reached: null };
    // Nobody was quicker: the sums differ in their last bits, and asking again would never end.
    if (isDeepStrictEqual(standing, before)) return { items: [], amount: nothing, reached: "usd" as const };
    before = standing;
    let amount = nothing;
    let reached: CeilingKind | null = null;
    const fitting: T[] = [];
    for (const item of items) {
      const { embedUsd, writeUsd, texts } = priceOf(work, item);
      const more = { usd: embedUsd + writeUsd, texts, records: 1, egress: 0 };
      reached = ceilingHit(sum(standing, amount), more, standing);
      if (reached !== null) break;
      amount = sum(amount, more);
      fitting.push(item);
    }
    if (fitting.length === 0 || (await reserve(database, work.held, amount)))
      return { items: fitting, amount, reached };
  }
}

/** Takes what has to be paid for once more; answers the ceiling under which that doesn't fit. */
async function takeMore({ parts, held }: Work, amount: Amount): Promise<CeilingKind | null> {
  let before: CeilingRow | null = null;
  for (;;) {
    const standing = await readCeiling(parts.database, held.runId);
    if (standing === null) return null;
    const reached = ceilingHit(standing, amount, standing);
    if (reached !== null) return reached;
    if (await reserve(parts.database, held, amount)) return null;
    // Nobody was quicker: as above.
    if (isDeepStrictEqual(standing, before)) return "usd";
    before = standing;
  }
}

/** Somebody else was quicker. */
class NoRoom extends Error {}

/** Answers whether it still fitted. Locks in the order of the ledger: the segment, then the ceiling. */
async function reserve(database: Database, held: Claimed, { usd, texts, records }: Amount): Promise<boolean> {
  try {
    await database.transaction(async (sql) => {
      await hold(sql, held, { usd, texts, records });
      const touched = await sql.run(
        `UPDATE "Ceiling" SET "usd" = "usd" + $2, "texts" = "texts" + $3, "records" = "records" + $4
          WHERE "runId" = $1 AND ("maxUsd" IS NULL OR "usd" + $2 <= "maxUsd") AND ("maxTexts" IS NULL OR "texts" + $3 <= "maxTexts")
            AND ("maxRecords" IS NULL OR "records" + $4 <= "maxRecords")`,
        [held.runId, usd, texts, records],
      );
      if (touched === 0) throw new NoRoom();
    });
    return true;
  } catch (error) {
    if (error instanceof NoRoom) return false;
    throw error;
  }
}

const hold = (sql: Sql, held: Claimed, { usd, texts, records }: Omit<Amount, "egress">) =>
  fence(sql, held, `"heldUsd" = "heldUsd" + $4, "heldTexts" = "heldTexts" + $5, "heldRecords" = "heldRecords" + $6`, [
    usd,
    texts,
    records,
  ]);

async function giveBack(database: Database, held: Claimed, taken: Amount, used: Amount): Promise<void> {
  const rest = less(taken, used);
  try {
    await database.transaction(async (sql) => {
      await hold(sql, held, less(nothing, taken));
      await sql.run(
        `UPDATE "Ceiling" SET "usd" = "usd" - $2, "texts" = "texts" - $3, "records" = "records" - $4 WHERE "runId" = $1`,
        [held.runId, rest.usd, rest.texts, rest.records],
      );
    });
  } catch (error) {
    // Whoever has the lease now has let go of it.
    if (!(error instanceof LeaseLost)) throw error;
  }
}

/** A segment that is taken over from a worker that died: what that one held is let go of. */
export async function letGo(database: Database, held: Claimed): Promise<void> {
  const taken = { usd: held.heldUsd, texts: held.heldTexts, records: held.heldRecords, egress: 0 };
  if (taken.usd + taken.texts + taken.records > 0) await giveBack(database, held, taken, nothing);
}

/** What an item would take: its text and its write. Reads are counted as they come. */
type Price = { embedUsd: number; writeUsd: number; texts: number };

function priceOf(work: Work, { prepared }: Item): Price {
  const { perMillionTokens, perMillionWriteUnits } = work.parts.config.prices;
  const units = recordUnits(work.held.settings.embedder.dimension, prepared.metadataBytes);
  return {
    embedUsd: prepared.from === "text" ? (prepared.tokens * perMillionTokens) / 1e6 : 0,
    writeUsd: (units * perMillionWriteUnits) / 1e6,
    texts: prepared.from === "text" ? 1 : 0,
  };
}

const placeOf = (of: { sequence: number; position: number }) => `${of.sequence}/${of.position}`;

/** Counts what a batch used, as it is noted. */
class Tally {
  private amount = nothing;
  private more = nothing;
  private readonly prices: ReadonlyMap<string, Price>;
  private readonly usdPerMillionTokens: number;

  constructor(
    private readonly work: Work,
    items: readonly Item[],
    private readonly ledger = work.ledger,
  ) {
    this.usdPerMillionTokens = work.parts.config.prices.perMillionTokens;
    this.prices = new Map(items.map((item) => [placeOf(item), priceOf(work, item)]));
  }

  open(...given: Parameters<Ledger["open"]>): number[] {
    return this.ledger.open(...given);
  }

  async settle(settled: Settled[]): Promise<void> {
    await this.ledger.settle(settled);
    for (const one of settled) {
      const price = this.prices.get(placeOf(one));
      if (!price) continue;
      const paid = one.used !== undefined && one.used.tokens !== null;
      const written = one.outcome === "written";
      const usd = (paid ? price.embedUsd : 0) + (written ? price.writeUsd : 0);
      this.amount = sum(this.amount, { usd, texts: paid ? 1 : 0, records: written ? 1 : 0, egress: 0 });
    }
  }

  intend(...given: Parameters<Ledger["intend"]>): Promise<void> {
    return this.ledger.intend(...given);
  }

  noteChecked(...given: Parameters<Ledger["noteChecked"]>): Promise<void> {
    return this.ledger.noteChecked(...given);
  }

  async notePaid(texts: number, tokens: number): Promise<void> {
    await this.ledger.notePaid(texts, tokens);
    this.amount = sum(this.amount, this.priceOfTexts(texts, tokens));
  }

  /** @throws Drained where the ceiling doesn't leave what embedding them again takes: the run is paused */
  async noteUnusable(texts: number, tokens: number): Promise<void> {
    await this.notePaid(texts, tokens);
    const again = this.priceOfTexts(texts, tokens);
    const reached = await takeMore(this.work, again);
    if (reached === null) {
      this.more = sum(this.more, again);
      return;
    }
    await pauseAtCeiling(this.work.parts.database, this.work.held.runId, reached);
    throw new Drained();
  }

  private priceOfTexts(texts: number, tokens: number): Amount {
    return { usd: (tokens * this.usdPerMillionTokens) / 1e6, texts, records: 0, egress: 0 };
  }

  get used(): Amount {
    return this.amount;
  }

  /** What was taken for texts that had to be embedded again. */
  get takenMore(): Amount {
    return this.more;
  }
}

const sum = (a: Amount, b: Amount): Amount => ({
  usd: a.usd + b.usd,
  texts: a.texts + b.texts,
  records: a.records + b.records,
  egress: a.egress + b.egress,
});
const less = (a: Amount, b: Amount): Amount => ({
  usd: a.usd - b.usd,
  texts: a.texts - b.texts,
  records: a.records - b.records,
  egress: a.egress - b.egress,
});
