import type { Database, Sql } from "@/lib/db/contract";
import type { FindingKind, Reason } from "@/lib/shapes/reason";
import type { Outcome } from "@/lib/shapes/run";
import { tellRunChanged } from "./events";
import { type Claimed, fence } from "./lease";

export type NewFinding = { kind: FindingKind; reason: Reason; detail: string };
/** How one record of a chunk ended. */
export type Settled = {
  sequence: number;
  position: number;
  id: string;
  outcome: keyof Outcome;
  findings?: NewFinding[];
};
export type Usage = { texts: number; tokens: number; usd: number; bytesRead: number; bytesWritten: number };

const letters: Record<keyof Outcome, string> = {
  written: "w",
  unchanged: "u",
  skipped: "s",
  failed: "f",
  drifted: "d",
};
const pendingLetter = ".";
const nothingUsed: Usage = { texts: 0, tokens: 0, usd: 0, bytesRead: 0, bytesWritten: 0 };

type OpenChunk = { outcome: string[]; pending: number };

/**
 * Writes down how records ended, in transactions fenced by the lease: counters, findings and the chunk's outcomes move together or
 * not at all, so nothing is counted twice. What arrives while one transaction is under way goes into the next.
 */
export class Ledger {
  private readonly chunks = new Map<number, OpenChunk>();
  private waiting: { settled: Settled[]; done: () => void; failed: (error: unknown) => void }[] = [];
  private usage: Usage = { ...nothingUsed };
  private writing: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    private readonly held: Claimed,
  ) {}

  /** Takes up a chunk; answers the positions that are still to be done. `outcome` is what an earlier worker wrote down, if any. */
  open(sequence: number, creates: number, outcome: string | null): number[] {
    const known = outcome ?? pendingLetter.repeat(creates);
    const pending = [...known].flatMap((letter, position) => (letter === pendingLetter ? [position] : []));
    if (pending.length > 0) this.chunks.set(sequence, { outcome: [...known], pending: pending.length });
    return pending;
  }

  /** Notes what was used; it is written with the next records. */
  use(usage: Partial<Usage>): void {
    for (const key of ["texts", "tokens", "usd", "bytesRead", "bytesWritten"] as const)
      this.usage[key] += usage[key] ?? 0;
  }

  /** Resolves once the records' outcomes are committed. @throws LeaseLost */
  settle(settled: Settled[]): Promise<void> {
    if (settled.length === 0) return Promise.resolve();
    const written = new Promise<void>((done, failed) => this.waiting.push({ settled, done, failed }));
    this.writing ??= this.writeAll().finally(() => {
      this.writing = null;
    });
    return written;
  }

  /** Writes what was used since the last records, if anything. @throws LeaseLost */
  async close(): Promise<void> {
    await this.writing;
    const usage = this.takeUsage();
    if (Object.values(usage).every((value) => value === 0)) return;
    await this.database.transaction((sql) => this.count(sql, [], usage));
  }

  private async writeAll(): Promise<void> {
    // Lets everything that ends in the same turn share one transaction.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const taken = this.waiting;
      this.waiting = [];
      const settled = taken.flatMap((item) => item.settled);
      try {
        await this.write(settled, this.takeUsage());
        for (const item of taken) item.done();
      } catch (error) {
        for (const item of taken) item.failed(error);
      }
    }
  }

  private takeUsage(): Usage {
    const usage = this.usage;
    this.usage = { ...nothingUsed };
    return usage;
  }

  private async write(settled: Settled[], usage: Usage): Promise<void> {
    const fresh = settled.filter(({ sequence, position, outcome }) => {
      const chunk = this.chunks.get(sequence);
      if (!chunk || chunk.outcome[position] !== pendingLetter) return false;
      chunk.outcome[position] = letters[outcome];
      chunk.pending--;
      return true;
    });
    const touched = [...new Set(fresh.map((item) => item.sequence))];
    await this.database.transaction(async (sql) => {
      await this.count(sql, fresh, usage);
      await this.writeProgress(sql, touched);
      await this.writeFindings(sql, fresh);
      await tellRunChanged(sql, this.held.runId);
    });
    for (const sequence of touched) if (this.chunks.get(sequence)?.pending === 0) this.chunks.delete(sequence);
  }

  private async count(sql: Sql, settled: readonly Settled[], usage: Usage): Promise<void> {
    const sum: Outcome = { written: 0, unchanged: 0, skipped: 0, failed: 0, drifted: 0 };
    for (const { outcome } of settled) sum[outcome]++;
    await fence(
      sql,
      this.held,
      `"written" = "written" + $4, "unchanged" = "unchanged" + $5, "skipped" = "skipped" + $6, "failed" = "failed" + $7,
       "drifted" = "drifted" + $8, "texts" = "texts" + $9, "tokens" = "tokens" + $10, "usd" = "usd" + $11,
       "bytesRead" = "bytesRead" + $12, "bytesWritten" = "bytesWritten" + $13`,
      [
        sum.written,
        sum.unchanged,
        sum.skipped,
        sum.failed,
        sum.drifted,
        usage.texts,
        usage.tokens,
        usage.usd,
        usage.bytesRead,
        usage.bytesWritten,
      ],
    );
  }

  private async writeProgress(sql: Sql, touched: readonly number[]): Promise<void> {
    if (touched.length === 0) return;
    const rows = touched.map((sequence) => this.chunks.get(sequence)).filter((chunk) => chunk !== undefined);
    await sql.run(
      `INSERT INTO "Progress" ("runId", "namespace", "sequence", "outcome", "done")
       SELECT $1, $2, * FROM unnest($3::int[], $4::text[], $5::boolean[])
       ON CONFLICT ("runId", "namespace", "sequence") DO UPDATE SET "outcome" = EXCLUDED."outcome", "done" = EXCLUDED."done"`,
      [
        this.held.runId,
        this.held.namespace,
        touched,
        rows.map((chunk) => chunk.outcome.join("")),
        rows.map((chunk) => chunk.pending === 0),
      ],
    );
  }

  private async writeFindings(sql: Sql, settled: readonly Settled[]): Promise<void> {
    const rows = settled.flatMap(({ id, findings = [] }) => findings.map((finding) => ({ id, ...finding })));
    await insertFindings(sql, this.held, rows);
  }
}

/** Adds findings, or counts another attempt where the same one is known. */
export async function insertFindings(
  sql: Sql,
  of: { runId: string; namespace: string },
  findings: readonly (NewFinding & { id: string })[],
): Promise<void> {
  if (findings.length === 0) return;
  await sql.run(
    `INSERT INTO "Finding" ("runId", "namespace", "recordId", "kind", "reason", "detail")
     SELECT DISTINCT ON (f.id, f.reason) $1, $2, f.id, f.kind, f.reason, f.detail
       FROM unnest($3::text[], $4::text[], $5::text[], $6::text[]) AS f(id, kind, reason, detail)
     ON CONFLICT ("runId", "namespace", "recordId", "reason")
     DO UPDATE SET "attempts" = "Finding"."attempts" + 1, "detail" = EXCLUDED."detail", "kind" = EXCLUDED."kind", "at" = clock_timestamp()`,
    [
      of.runId,
      of.namespace,
      findings.map((finding) => finding.id),
      findings.map((finding) => finding.kind),
      findings.map((finding) => finding.reason),
      findings.map((finding) => finding.detail),
    ],
  );
}
