import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { egressConflict, egressDay } from "../lifecycle/egress-rows";
import type { Claimed } from "../lifecycle/lease";
import { pauseAtCeiling } from "./reserve";

type Of = Pick<Claimed, "runId" | "namespace">;

/** `capped`: the run has a ceiling of egress by now. */
const countedSchema = z.object({ over: z.boolean(), capped: z.boolean() });

/** How long, and how many bytes, are gathered where no ceiling waits for them; one may be given under way. Milliseconds, bytes. */
const uncapped = { ms: 100, bytes: 16e6 };

/**
 * Counts what the stores answered, as it comes: how much a request brings is known only then, and a worker that is killed loses no more than
 * what was on its way, and a tenth of a second's or 16 MB where there is no ceiling. Answers that come while one statement is under way share the next.
 */
export class EgressCount {
  private gathered = 0;
  private under: Promise<void> = Promise.resolve();
  private next: Promise<void> | null = null;
  private soonest: Promise<void> = Promise.resolve();
  private hurry: () => void = () => {};

  constructor(
    private readonly database: Database,
    private readonly of: Of,
    /** Called once the run is paused at its ceiling. */
    private readonly stop: () => void,
  ) {}

  /**
   * Resolves once what came before is noted: an answer needn't wait for its own statement, and no more than one is ahead of it.
   * @throws what the statement before threw
   */
  add(bytes: number): Promise<void> {
    this.gathered += bytes;
    if (this.gathered >= uncapped.bytes) this.hurry();
    const before = this.under;
    if (this.next !== null) return before;
    this.next = before
      .catch(() => {})
      .then(() => this.soonest)
      .then(() => {
        const taken = this.gathered;
        this.gathered = 0;
        this.next = null;
        this.under = this.note(taken);
        return this.under;
      });
    // Whoever adds or asks next is told.
    this.next.catch(() => {});
    return before;
  }

  /** Resolves once everything is noted, what couldn't be before included. */
  async noted(): Promise<void> {
    await (this.next ?? this.under).catch(() => {});
    const left = this.gathered;
    this.gathered = 0;
    if (left > 0) this.under = this.note(left);
    await this.under;
  }

  private enough(): Promise<void> {
    return new Promise((resolve) => {
      this.hurry = resolve;
    });
  }

  private async note(bytes: number): Promise<void> {
    try {
      const { over, capped } = await countEgress(this.database, this.of, bytes);
      if (!capped) this.soonest = Promise.race([delay(uncapped.ms), this.enough()]);
      if (over) this.stop();
    } catch (error) {
      this.gathered += bytes;
      throw error;
    }
  }
}

/**
 * Notes bytes with the segment, its run's ceiling where it has one by now, and the day; locks in the order of the ledger. They were answered
 * whoever has the lease. Answers whether that is the ceiling; the run is paused by then.
 */
async function countEgress(
  database: Database,
  { runId, namespace }: Of,
  bytes: number,
): Promise<z.infer<typeof countedSchema>> {
  const [counted] = await database.rows(
    countedSchema,
    `WITH segment AS (
       UPDATE "Segment" SET "bytesRead" = "bytesRead" + $3::bigint WHERE "runId" = $1 AND "namespace" = $2 RETURNING 1
     ), ceiling AS (
       UPDATE "Ceiling" SET "egress" = "egress" + $3::bigint / 1e9::float8
        WHERE "runId" = $1 AND (SELECT count(*) FROM segment) >= 0
       RETURNING coalesce("egress" >= "maxEgress", false) AS "over", "maxEgress" IS NOT NULL AS "capped"
     ), day AS (
       INSERT INTO "Egress" ("day", "bytes") SELECT ${egressDay}, $3::bigint WHERE (SELECT count(*) FROM ceiling) >= 0
       ${egressConflict}
     )
     SELECT coalesce((SELECT "over" FROM ceiling), false) AS "over", coalesce((SELECT "capped" FROM ceiling), false) AS "capped"`,
    [runId, namespace, bytes],
  );
  if (!counted) throw new Error("a statement with a row answered none");
  if (counted.over) await pauseAtCeiling(database, runId, "egress");
  return counted;
}
