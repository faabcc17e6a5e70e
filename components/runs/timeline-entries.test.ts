import { describe, expect, it } from "vitest";
import type { RunEvent } from "@/lib/shapes/runs/run";
import { timelineEntries } from "./timeline-entries";

let last = 0;
const event = (second: number, code: string, message: string): RunEvent => ({
  id: ++last,
  at: new Date(1_700_000_000_000 + second * 1000).toISOString(),
  ...{ level: "info", channel: "timeline", actor: "engine", namespace: null, code, message },
});
const quota = "Waiting for Gemini's requests per minute";
const words = (...timeline: RunEvent[]) => timelineEntries(timeline).map(({ message }) => message);

describe("the timeline of a run", () => {
  it("says once of waits for the same how many they were, and how long", () => {
    expect(
      words(
        event(0, "running", "Running."),
        event(10, "waiting", `${quota} until 10:00:42.`),
        event(42, "running", "Continued after 32 s of waiting."),
        event(60, "waiting", `${quota} until 10:01:40.`),
        event(100, "running", "Continued after 40 s of waiting."),
        event(110, "waiting", "Waiting for Gemini (HTTP 503: overloaded)."),
        event(120, "running", "Continued after 10 s of waiting."),
        event(130, "succeeded", "Finished."),
      ),
    ).toEqual([
      "Running.",
      "Waited 2 times for Gemini's requests per minute, 1 min 12 s in all.",
      "Waited for Gemini (HTTP 503: overloaded), 10 s.",
      "Finished.",
    ]);
  });

  it("leaves a wait that goes on, and whatever came between two, where they are", () => {
    const lost = "Worker a:1 was lost at 10:00:20; b:2 took over at 10:00:50.";
    expect(
      words(
        event(0, "waiting", `${quota}.`),
        event(20, "running", "Continued after 20 s of waiting."),
        event(50, "taken-over", lost),
        event(60, "waiting", `${quota}.`),
        event(80, "running", "Continued after 20 s of waiting."),
        event(90, "waiting", `${quota} until 10:02:00.`),
      ),
    ).toEqual([
      "Waited for Gemini's requests per minute, 20 s.",
      lost,
      "Waited for Gemini's requests per minute, 20 s.",
      `${quota} until 10:02:00.`,
    ]);
  });
});
