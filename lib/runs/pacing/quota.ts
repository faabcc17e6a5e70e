import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { Drained, WaitUntil } from "../lifecycle/interruptions";

/** An allowance of a service, shared by every worker through the database. */
export type Allowance = {
  /** `gemini/<model>/requests`, `pinecone/<index>/list`, ... */
  key: string;
  perSecond: number;
  /** As an operator reads it: "Gemini's requests per minute". */
  words: string;
  /** Units per calendar day, where there is such a limit. `day` names the current one, `renewedAt` its end. */
  daily?: { limit: number; day: () => string; renewedAt: () => Date };
};

/** Never paced below this share of the configured rate, however often the service says no. */
const leastShare = 0.05;
const shrinkBy = 0.7;
/** A throttled allowance is back at its full rate after 30 s to 95 s without another refusal. */
const recoveryPerMs = 0.01 / 1000;
/** Refusals of one burst count once. */
const shrinkAtMostEveryMs = 1000;

const aheadSeconds = 0.1;
const aheadGoodMs = 1000;

/**
 * How far the clock was set back since the allowance was used last, in ms: its times move back with it, else everybody would wait until the
 * clock is where it was. Less than a second may be two workers whose statements passed each other.
 */
const setBack = `CASE WHEN q."shareAt" - c.now > 1000 THEN q."shareAt" - c.now ELSE 0 END`;

type OnWait = (ms: number, words: string) => void;

const grantSchema = z.object({ waitMs: z.number(), blockedFor: z.string().nullable() });
const usedSchema = z.object({ used: z.coerce.number() });

/**
 * Paces requests below the services' allowances by the generic cell rate algorithm (ITU-T I.371): each allowance keeps the
 * theoretical arrival time of its next unit, a request moves it on by what it costs and waits until the time it found. Without
 * bursts, no window of a minute can hold more than the allowance.
 */
export class Quotas {
  private readonly known = new Set<string>();
  /** Units taken from the database ahead of their use, and until when they are good. */
  private readonly ahead = new Map<string, { units: number; until: number }>();
  private readonly turns = new Map<string, Promise<void>>();

  constructor(private readonly database: Database) {}

  /**
   * Waits until `units` may be used, and takes them. `onWait` hears of waits before they begin.
   * @throws WaitUntil when the day's allowance is used up
   * @throws Drained when `drain` aborts the wait; the units are given back
   */
  async take(allowance: Allowance, units: number, drain: AbortSignal, onWait: OnWait = () => {}): Promise<void> {
    const { key } = allowance;
    if (!this.turns.has(key) && this.takeAhead(key, units)) return;
    const before = this.turns.get(key) ?? Promise.resolve();
    const mine = before.then(async () => {
      if (drain.aborted) throw new Drained();
      if (!this.takeAhead(key, units)) await this.takeShared(allowance, units, drain, onWait);
    });
    const ended = mine.catch(() => {});
    this.turns.set(key, ended);
    try {
      await mine;
    } finally {
      if (this.turns.get(key) === ended) this.turns.delete(key);
    }
  }

  private takeAhead(key: string, units: number): boolean {
    const ahead = this.ahead.get(key);
    if (!ahead || ahead.units < units || ahead.until < Date.now()) return false;
    ahead.units -= units;
    return true;
  }

  /** Takes from the database: a tenth of a second's worth at a time where that is more, so that fast calls needn't ask for each. */
  private async takeShared(allowance: Allowance, units: number, drain: AbortSignal, onWait: OnWait): Promise<void> {
    const { key } = allowance;
    await this.ensure(key);
    const block = allowance.daily ? units : Math.max(units, Math.floor(allowance.perSecond * aheadSeconds));
    if (allowance.daily) await this.takeDaily(allowance, allowance.daily, block);
    const costMs = (block / allowance.perSecond) * 1000;
    const [grant] = await this.database.rows(
      grantSchema,
      `UPDATE "Quota" q
          SET "share" = c.share, "shareAt" = c.now,
              "arrival" = GREATEST(q."arrival" - ${setBack}, q."blockedUntil" - ${setBack}, c.now) + $2::float8 / c.share,
              "blockedUntil" = q."blockedUntil" - ${setBack}
         FROM (SELECT now, LEAST(1, "share" + GREATEST(0, now - "shareAt") * $3::float8) AS share
                 FROM "Quota", (SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now) AS clock WHERE "key" = $1) AS c
        WHERE q."key" = $1
    RETURNING q."arrival" - $2::float8 / q."share" - c.now AS "waitMs",
              CASE WHEN q."blockedUntil" > c.now THEN q."blockedFor" END AS "blockedFor"`,
      [key, costMs, recoveryPerMs],
    );
    if (grant && grant.waitMs > 1) {
      onWait(grant.waitMs, grant.blockedFor ?? allowance.words);
      try {
        await delay(grant.waitMs, undefined, { signal: drain });
      } catch {
        await this.database.run(`UPDATE "Quota" SET "arrival" = "arrival" - $2::float8 WHERE "key" = $1`, [
          key,
          costMs,
        ]);
        throw new Drained();
      }
    }
    this.ahead.set(key, { units: block - units, until: Date.now() + aheadGoodMs });
  }

  private async takeDaily(allowance: Allowance, daily: NonNullable<Allowance["daily"]>, units: number): Promise<void> {
    const day = daily.day();
    const rows = await this.database.rows(
      usedSchema,
      `UPDATE "Quota" SET "used" = CASE WHEN "day" = $2 THEN "used" ELSE 0 END + $3, "day" = $2
        WHERE "key" = $1 AND CASE WHEN "day" = $2 THEN "used" ELSE 0 END + $3 <= $4 RETURNING "used"::text AS "used"`,
      [allowance.key, day, units, daily.limit],
    );
    if (rows.length === 0)
      throw new WaitUntil(daily.renewedAt(), `${allowance.words.replace(/ per minute$/, "")} per day`);
  }

  /** The service refused: nobody sends before `retryAfterMs` is over, and the rate shrinks, to recover little by little. */
  async refused(allowance: Allowance, retryAfterMs: number, words: string): Promise<void> {
    await this.ensure(allowance.key);
    this.ahead.delete(allowance.key);
    await this.database.run(
      `UPDATE "Quota" q
          SET "blockedUntil" = GREATEST(q."blockedUntil" - ${setBack}, c.now + $2::float8), "blockedFor" = $3,
              "arrival" = q."arrival" - ${setBack},
              "share" = CASE WHEN c.now - q."shareAt" > $4::float8 OR q."share" = 1 THEN GREATEST($5::float8, c.share * $6::float8) ELSE q."share" END,
              "shareAt" = c.now
         FROM (SELECT now, LEAST(1, "share" + GREATEST(0, now - "shareAt") * $7::float8) AS share
                 FROM "Quota", (SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now) AS clock WHERE "key" = $1) AS c
        WHERE q."key" = $1`,
      [allowance.key, retryAfterMs, words, shrinkAtMostEveryMs, leastShare, shrinkBy, recoveryPerMs],
    );
  }

  private async ensure(key: string): Promise<void> {
    if (this.known.has(key)) return;
    await this.database.run(`INSERT INTO "Quota" ("key") VALUES ($1) ON CONFLICT DO NOTHING`, [key]);
    this.known.add(key);
  }
}
