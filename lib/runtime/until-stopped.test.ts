import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { untilStopped } from "./until-stopped";

const log = { info() {}, warn() {}, error() {} };
const never = new Promise<Error>(() => {});
const say = () => {};

// Signals reach every listener of the process: those of the test runner must not hear ours.
let others: NodeJS.SignalsListener[] = [];
beforeEach(() => {
  others = process.listeners("SIGINT").slice();
  process.removeAllListeners("SIGINT");
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const listener of others) process.on("SIGINT", listener);
});
const signalAt = (milliseconds: number) => {
  vi.spyOn(performance, "now").mockReturnValue(milliseconds);
  process.emit("SIGINT", "SIGINT");
};

describe("a process that works until it is stopped", () => {
  it("ends with 0 after it has stopped cleanly on the first signal", async () => {
    const steps: string[] = [];
    const ended = untilStopped(
      { failed: never, log },
      (line) => steps.push(line),
      async () => {
        steps.push("stopped");
      },
    );
    signalAt(1_000);
    expect(await ended).toBe(0);
    expect(steps).toEqual([expect.stringContaining("Stopping after the batches in flight"), "stopped"]);
    expect(process.listenerCount("SIGINT")).toBe(0);
  });

  it("takes two signals of one Ctrl-C for one, and ends with 130 at the next one", async () => {
    const ended = untilStopped({ failed: never, log }, say, () => new Promise(() => {}));
    signalAt(1_000);
    signalAt(1_010);
    let over = false;
    void ended.then(() => {
      over = true;
    });
    await Promise.resolve();
    expect(over).toBe(false);
    signalAt(3_000);
    expect(await ended).toBe(130);
  });

  it("ends with 3 when a part of it dies", async () => {
    const errors: string[] = [];
    const failed = Promise.resolve(new Error("The database's thread ended unexpectedly."));
    const noting = { ...log, error: (_details: object, message: string) => void errors.push(message) };
    expect(await untilStopped({ failed, log: noting }, say, async () => {})).toBe(3);
    expect(errors[0]).toContain("The database's thread ended unexpectedly.");
  });
});
