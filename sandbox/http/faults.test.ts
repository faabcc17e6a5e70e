import { describe, expect, it } from "vitest";
import { Clock } from "../clock";
import { Faults, faultPlanSchema } from "./faults";

const inForce = (plan: Parameters<typeof faultPlanSchema.parse>[0], clock = new Clock()) => {
  const faults = new Faults(clock);
  faults.set(faultPlanSchema.parse(plan));
  return faults;
};
const picks = (faults: Faults, count: number, route = "upsert", scope = "target") =>
  Array.from({ length: count }, () => faults.pick(scope, route)?.kind ?? "ok");

describe("faults on request", () => {
  it("strike at their rate, alike for the same seed and differently for another", () => {
    const rules = [{ kind: "error", rate: 0.05 }];
    const first = picks(inForce({ seed: 7, rules }), 10_000);
    expect(picks(inForce({ seed: 7, rules }), 10_000)).toEqual(first);
    expect(picks(inForce({ seed: 8, rules }), 10_000)).not.toEqual(first);
    const struck = first.filter((kind) => kind === "error").length;
    expect(struck).toBeGreaterThan(400);
    expect(struck).toBeLessThan(600);
  });

  it("strike only the routes and scopes that they name, after so many calls, so many times", () => {
    const faults = inForce({
      rules: [{ kind: "throttled", routes: ["upsert"], scopes: ["target"], skip: 2, times: 2 }],
    });
    expect(picks(faults, 5, "fetch")).toEqual(["ok", "ok", "ok", "ok", "ok"]);
    expect(picks(faults, 5, "upsert", "source")).toEqual(["ok", "ok", "ok", "ok", "ok"]);
    expect(picks(faults, 6)).toEqual(["ok", "ok", "throttled", "throttled", "ok", "ok"]);
    expect(faults.report().struck).toEqual([2]);
  });

  it("follow a script step by step", () => {
    const faults = inForce({
      scripts: [{ route: "embed-batch", steps: ["ok", "reset-after", { kind: "error", status: 500 }] }],
    });
    expect(picks(faults, 1, "upsert")).toEqual(["ok"]);
    expect(picks(faults, 5, "embed-batch", "models")).toEqual(["ok", "reset-after", "error", "ok", "ok"]);
  });

  it("end when a time of being down is over, and when they are cleared", () => {
    const clock = new Clock();
    const faults = inForce({ downMs: 5000, downStatus: 503, rules: [{ kind: "slow" }] }, clock);
    expect(faults.down()).toEqual({ status: 503 });
    clock.advance(5000);
    expect(faults.down()).toBeNull();
    faults.clear();
    expect(picks(faults, 1)).toEqual(["ok"]);
  });
});
