import { deliverDue } from "@/lib/webhooks/deliver";
import { noteSchedule } from "../attention/note-schedule";
import { sweepAttention } from "../attention/sweep";
import { removeHistory } from "../history/remove-history";
import type { EngineParts } from "../lifecycle/parts";
import { tickSchedules } from "../schedules/schedules";

/** What is due by the clock may be so late: an idle server is to be idle. */
const tickMs = 2000;
/** How often is looked for what no event tells: schedules edited in the database, plans that grew too old. */
const sweepMs = 60_000;
/** How often is looked for history that is beyond its limits, and how long after the start the first time. */
const historyMs = 3_600_000;
const firstHistoryMs = 120_000;

export type Chores = {
  /** Begins nothing more, cuts what is under way, and waits for its end. */
  stop(): Promise<void>;
};

/**
 * What a process that stays does beside working on runs: keeps to schedules, delivers messages, looks for what needs attention, removes old
 * history. Each goes on by itself, for any of them may take its time, and begins again only when its last round has ended.
 */
export function startChores(parts: EngineParts): Chores {
  const { database, log } = parts;
  const stop = new AbortController();
  const underWay = new Set<Promise<void>>();
  const removed = new Map<string, number>();

  /** @param failed what is logged when a round fails: that it is tried again */
  const chore = (failed: string, round: () => Promise<unknown>) => {
    let busy = false;
    return () => {
      if (busy || stop.signal.aborted) return;
      busy = true;
      const done = round()
        .then(() => {})
        .catch((error: unknown) => {
          if (!stop.signal.aborted) log.warn({ error }, failed);
        })
        .finally(() => {
          busy = false;
          underWay.delete(done);
        });
      underWay.add(done);
    };
  };
  // It may read all namespaces of an index.
  const keepSchedules = chore("schedules could not be looked at; it is tried again", () =>
    tickSchedules(parts, new Date(), stop.signal),
  );
  // A receiver may take its time.
  const deliver = chore("webhooks could not be called; it is tried again", async () => {
    for (const id of await deliverDue(parts, new Date(), stop.signal)) await noteSchedule(database, id);
  });
  const sweep = chore("what needs attention could not be looked for; it is tried again", () =>
    sweepAttention(parts, new Date(), stop.signal),
  );
  const tidy = chore("old history could not be removed; it is tried again", () =>
    removeHistory(parts, stop.signal, removed),
  );

  const timers = [
    setTimeout(tidy, firstHistoryMs),
    setInterval(keepSchedules, tickMs),
    setInterval(deliver, tickMs),
    setInterval(sweep, sweepMs),
    setInterval(tidy, historyMs),
  ];
  sweep();

  return {
    async stop() {
      for (const timer of timers) clearTimeout(timer);
      stop.abort();
      await Promise.all(underWay);
    },
  };
}
