import { durationWords } from "@/components/words/figures";
import type { RunEvent } from "@/lib/shapes/runs/run";

/** A line of the timeline: what happened, and where that was a wait, for how long. */
export type TimelineEntry = { id: number; at: string; actor: string; level: RunEvent["level"]; message: string };

const reasonOf = ({ message }: RunEvent) => message.replace(/ until [\d:]+\.$/, "").replace(/\.$/, "");

/**
 * The timeline as it is read: waits for the same that follow each other, with nothing else between, are one line that says how
 * many they were and how long they took together. A wait that isn't over stands alone.
 */
export function timelineEntries(timeline: readonly RunEvent[]): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  let waits: { first: RunEvent; count: number; ms: number } | null = null;
  const close = () => {
    if (waits === null) return;
    const { first, count, ms } = waits;
    const words = reasonOf(first).replace(
      /^Waiting/,
      count === 1 ? "Waited" : `Waited ${count.toLocaleString("en-US")} times`,
    );
    entries.push({
      ...first,
      message: `${words}, ${durationWords(Math.round(ms / 1000))}${count === 1 ? "" : " in all"}.`,
    });
    waits = null;
  };
  for (let at = 0; at < timeline.length; at++) {
    const event = timeline[at];
    const next = timeline[at + 1];
    if (event === undefined) break;
    if (event.code !== "waiting" || next?.code !== "running") {
      close();
      entries.push(event);
      continue;
    }
    if (waits !== null && reasonOf(waits.first) !== reasonOf(event)) close();
    waits ??= { first: event, count: 0, ms: 0 };
    waits.count++;
    waits.ms += Math.max(0, Date.parse(next.at) - Date.parse(event.at));
    at++;
  }
  close();
  return entries;
}
