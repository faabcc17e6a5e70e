import type { Database } from "@/lib/db/contract";
import { tellRunChanged } from "./events";
import { clockTime, lasting } from "./lasting";
import type { Claimed } from "./lease";
import { settleRun } from "./settle-run";

/**
 * `open`: how long it takes isn't known, and `until` is only how long the words stand. `trouble`: a service that fails is waited for, which
 * is the reason, however long calls beside it wait for their turn in a quota.
 */
export type Wait = { words: string; until: number; open?: boolean; trouble?: boolean };

/** A wait of so long has a line in the log, and so has its end; between batches of a small quota there are shorter ones all the time. */
const loggedWaitMs = 15_000;
/** A wait that lasts longer than this makes the run "waiting"; shorter ones are only named beside "running". */
const longWaitMs = 5000;
const shownAtMostEveryMs = 500;

/**
 * Shows what a segment waits for. Many batches wait at once, so it shows the longest wait and writes at most twice a second; what it
 * can't write is not worth an error.
 */
export class WaitBoard {
  private current: Wait | null = null;
  private shown: string | null = null;
  private long = false;
  private logged: { words: string; since: number } | null = null;
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly held: Claimed,
    private readonly tell: (level: "info" | "warn", code: string, message: string) => Promise<void>,
  ) {}

  show(wait: Wait | null): void {
    if (wait && outweighs(wait, this.current)) this.current = wait;
    if (!wait && (!this.current || this.current.until <= Date.now() + shownAtMostEveryMs)) this.current = null;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.writing = this.writing.then(() => this.write()).catch(() => {});
    }, shownAtMostEveryMs);
  }

  /** Writes a line of trouble, in the order of what happened; the log is whole once this is closed. */
  note(code: string, message: string): void {
    this.writing = this.writing.then(() => this.tell("warn", code, message)).catch(() => {});
  }

  async close(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    await this.writing;
    await this.logEnd().catch(() => {});
  }

  /** Begun and ended, with why and how long. */
  private async logTurn(): Promise<void> {
    const { current } = this;
    if (current === null) return this.logEnd();
    if (this.logged !== null || current.until - Date.now() < loggedWaitMs) return;
    this.logged = { words: current.words, since: Date.now() };
    await this.tell("warn", "waiting", `Waiting for ${current.words} until ${clockTime(new Date(current.until))}.`);
  }

  private async logEnd(): Promise<void> {
    if (this.logged === null) return;
    const { words, since } = this.logged;
    this.logged = null;
    await this.tell("info", "wait-ended", `Continued after ${lasting(Date.now() - since)} of waiting for ${words}.`);
  }

  private async write(): Promise<void> {
    if (this.current && this.current.until < Date.now()) this.current = null;
    await this.logTurn();
    const words = this.current?.words ?? null;
    const long = this.current !== null && this.current.until - Date.now() > longWaitMs;
    if (words === this.shown && long === this.long) return;
    const turned = long !== this.long;
    this.shown = words;
    this.long = long;
    const { runId, namespace, leaseToken } = this.held;
    const until = this.current && !this.current.open ? new Date(this.current.until) : null;
    await this.database.transaction(async (sql) => {
      const held = await sql.run(
        `UPDATE "Segment" SET "waitingFor" = $4, "state" = $5 WHERE "runId" = $1 AND "namespace" = $2 AND "leaseToken" = $3`,
        [runId, namespace, leaseToken, words, long ? "waiting" : "running"],
      );
      if (held !== 1) return;
      if (turned) await settleRun(sql, runId, false, until);
      await sql.run(`UPDATE "Run" SET "waitingFor" = $2, "waitingUntil" = $3 WHERE "id" = $1`, [runId, words, until]);
      await tellRunChanged(sql, runId);
    });
    if (this.current && !this.timer) this.show(this.current);
  }
}

/** Whether a wait is to be shown instead of the one that is: trouble before anything else, then what lasts longest. */
function outweighs(wait: Wait, shown: Wait | null): boolean {
  if (shown === null || shown.until <= Date.now()) return true;
  if ((wait.trouble ?? false) !== (shown.trouble ?? false)) return wait.trouble === true;
  return wait.until >= shown.until;
}
