import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { egressConflict, egressDay } from "../lifecycle/egress-rows";
import type { Claimed } from "../lifecycle/lease";
import type { Egress } from "../pacing/meter";
import { pauseAtCeiling } from "./pause-at-ceiling";

type Of = Pick<Claimed, "runId" | "namespace">;

/** `capped`: the run has a ceiling of egress by now. */
const countedSchema = z.object({ over: z.boolean(), capped: z.boolean() });

/** How long, and how many bytes, are gathered where no ceiling waits for them; one may be given under way. Milliseconds, bytes. */
const uncapped = { ms: 250, bytes: 16e6 };

const nothing: Egress = { source: 0, target: 0, usd: 0 };
const bytesOf = ({ source, target }: Egress) => source + target;
const sum = (one: Egress, other: Egress): Egress => ({
  source: one.source + other.source,
  target: one.target + other.target,
  usd: one.usd + other.usd,
});

/**
 * Counts what the stores answered, as it comes: how much a request brings is known only then, and a worker that is killed loses no more than
 * what was on its way, and a quarter of a second's or 16 MB where there is no ceiling. Answers that come while one statement is under way share the next.
 */
export class EgressCount {
  private gathered: Egress = { ...nothing };
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
  add(egress: Egress): Promise<void> {
    this.gathered = sum(this.gathered, egress);
    if (bytesOf(this.gathered) >= uncapped.bytes) this.hurry();
    const before = this.under;
    if (this.next !== null) return before;
    this.next = before
      .catch(() => {})
      .then(() => this.soonest)
      .then(() => {
        const taken = this.gathered;
        this.gathered = { ...nothing };
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
    this.gathered = { ...nothing };
    if (bytesOf(left) > 0) this.under = this.note(left);
    await this.under;
  }

  private enough(): Promise<void> {
    return new Promise((resolve) => {
      this.hurry = resolve;
    });
  }

  private async note(egress: Egress): Promise<void> {
    try {
      const { over, capped } = await countEgress(this.database, this.of, egress);
      if (!capped) this.soonest = Promise.race([delay(uncapped.ms), this.enough()]);
      if (over) this.stop();
    } catch (error) {
      this.gathered = sum(this.gathered, egress);
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
  egress: Egress,
): Promise<z.infer<typeof countedSchema>> {
  const [counted] = await database.rows(
    countedSchema,
    `WITH segment AS (
       UPDATE "Segment" SET "bytesRead" = "bytesRead" + $3::bigint, "targetBytesRead" = "targetBytesRead" + $4::bigint, "egressUsd" = "egressUsd" + $5
        WHERE "runId" = $1 AND "namespace" = $2 RETURNING 1
     ), ceiling AS (
       UPDATE "Ceiling" SET "egress" = "egress" + $3::bigint / 1e9::float8
        WHERE "runId" = $1 AND (SELECT count(*) FROM segment) >= 0
       RETURNING coalesce("egress" >= "maxEgress", false) AS "over", "maxEgress" IS NOT NULL AS "capped"
     ), day AS (
       INSERT INTO "Egress" ("day", "bytes") SELECT ${egressDay}, $3::bigint WHERE (SELECT count(*) FROM ceiling) >= 0
       ${egressConflict}
     )
     SELECT coalesce((SELECT "over" FROM ceiling), false) AS "over", coalesce((SELECT "capped" FROM ceiling), false) AS "capped"`,
    [runId, namespace, bytesOf(egress), egress.target, egress.usd],
  );
  if (!counted) throw new Error("a statement with a row answered none");
  if (counted.over) await pauseAtCeiling(database, runId, "egress");
  return counted;
}
