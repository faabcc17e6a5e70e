/**
 * Portage in a process of its own with the threads that `portage serve` has, over one index; plans it, then applies the plan. Sends what
 * each took. Without an index it only makes the files of its database, which every other start then finds.
 */

import { planClearance, planClearanceInput } from "@/lib/actions/documents/plan-clearance";
import { applyPlan, applyPlanInput } from "@/lib/actions/plans/apply-plan";
import { showRun } from "@/lib/actions/runs/show-run";
import { parseInput } from "@/lib/actions/verbs/parse-input";
import { openRuntime } from "@/lib/runtime/open";
import type { Run } from "@/lib/shapes/runs/run";

const { BENCH_INDEX: index } = process.env;
const overrides = {
  PORTAGE_MODE: "live",
  PORTAGE_DATA_DIR: process.env.BENCH_DATA_DIR ?? "",
  PINECONE_API_KEY: "bench",
  ELASTICSEARCH_ENDPOINT: process.env.BENCH_URL ?? "",
  ELASTICSEARCH_API_KEY: process.env.BENCH_API_KEY ?? "",
  ELASTICSEARCH_USERNAME: process.env.BENCH_USERNAME ?? "",
  ELASTICSEARCH_PASSWORD: process.env.BENCH_PASSWORD ?? "",
  ELASTICSEARCH_INDEX: index ?? "none",
};
const runtime = await openRuntime({ overrides, engine: index === undefined ? "none" : "thread", actor: "bench" });
const { context } = runtime;
if (index === undefined) {
  await runtime.close();
  process.exit(0);
}

const megabytes = () => process.memoryUsage.rss() / 1024 / 1024;
const idle = megabytes();
let peak = idle;
const sampling = setInterval(() => {
  peak = Math.max(peak, megabytes());
}, 25);

type Ended = { written: number; total: number };

/** Seconds until the last document was written, and until the run had ended. */
async function watch(id: string, ended: Ended, started: number): Promise<{ seconds: number; endedSeconds: number }> {
  const elapsed = () => (performance.now() - started) / 1000;
  let told = () => {};
  const stop = await context.database.listen("portage_run", () => told());
  let seconds = 0;
  for (;;) {
    const moved = new Promise<void>((resolve) => {
      told = resolve;
      setTimeout(resolve, 50);
    });
    const run: Run = await showRun(context, { id });
    ended.written = run.outcome.written;
    ended.total = run.listed;
    if (seconds === 0 && run.total !== null && run.total > 0 && run.outcome.written >= run.total) seconds = elapsed();
    if (run.state === "succeeded") {
      await stop();
      return { seconds: seconds || elapsed(), endedSeconds: elapsed() };
    }
    if (run.error !== null || run.state === "succeeded-with-findings") throw new Error(JSON.stringify(run));
    await moved;
  }
}

const planned = { written: 0, total: 0 };
let started = performance.now();
const { plan, run } = await planClearance(context, parseInput(planClearanceInput, { all: true }));
const { endedSeconds: planSeconds } = await watch(run.id, planned, started);
const planPeak = peak;

const applied = { written: 0, total: 0 };
started = performance.now();
const application = await applyPlan(context, parseInput(applyPlanInput, { id: plan.id }));
if (application.run === null) throw new Error("There is nothing to apply");
const { seconds, endedSeconds } = await watch(application.run.id, applied, started);
clearInterval(sampling);
process.send?.({ planSeconds, seconds, checkedSeconds: endedSeconds, written: applied.written, idle, planPeak, peak });
await runtime.close();
process.disconnect?.();
