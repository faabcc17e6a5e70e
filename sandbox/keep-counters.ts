import { Counters, tallies } from "./http/counters";
import { readNote, type Storage } from "./storage/open-storage";

/** How often counters are written down; a killed process loses at most what was counted in between. */
const everyMs = 100;

/** Counters that go on where they stood when the storage was last open. */
export function keepCounters(storage: Storage, name: string): { counters: Counters; stop(): Promise<void> } {
  const key = Buffer.from(`counters:${name}`);
  const counters = new Counters(readNote(storage.notes, key, tallies) ?? {});
  const write = async () => {
    if (!counters.changed) return;
    counters.changed = false;
    await storage.notes.put(key, Buffer.from(JSON.stringify(counters.all())));
  };
  const again = () => {
    counters.changed = true;
  };
  const timer = setInterval(() => void write().catch(again), everyMs);
  timer.unref();
  return {
    counters,
    stop: async () => {
      clearInterval(timer);
      await write();
    },
  };
}
