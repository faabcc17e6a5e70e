import { Counter, Gauge, Registry } from "prom-client";
import { readMetrics } from "@/lib/actions/runs/read-metrics";
import { runKinds } from "@/lib/shapes/runs/run";
import { answering } from "../answers";

export const runtime = "nodejs";
export const dynamic = "force-dynamic";

type Metrics = Awaited<ReturnType<typeof readMetrics>>;

/** Everything is computed at the scrape: several processes on one database answer the same, but for their memory. */
function register({ runs, sums, quotas, parity, workers }: Metrics): Registry {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const runsByState = gauge("portage_runs", "Runs by kind and state.", ["kind", "state"]);
  // From the beginning: an alert on the first that fails compares it with what was before.
  for (const kind of runKinds) runsByState.set({ kind, state: "failed" }, 0);
  for (const { kind, state, count } of runs) runsByState.set({ kind, state }, count);
  const records = counter("portage_records_total", "Records by outcome, over all runs.", ["outcome"]);
  const { texts, tokens, usd, ...outcomes } = sums;
  for (const [outcome, count] of Object.entries(outcomes)) records.inc({ outcome }, count);
  counter("portage_texts_embedded_total", "Texts embedded.").inc(texts);
  counter("portage_tokens_embedded_total", "Tokens embedded, as estimated.").inc(tokens);
  counter("portage_usd_spent_total", "US dollars spent on embedding, as estimated.").inc(usd);
  const blocked = gauge("portage_quota_blocked_seconds", "Seconds until a blocked quota opens; 0 when open.", [
    "quota",
  ]);
  const share = gauge("portage_quota_share", "Share of the configured rate in use after throttling, 0 to 1.", [
    "quota",
  ]);
  for (const quota of quotas) {
    blocked.set({ quota: quota.key }, quota.blockedSeconds);
    share.set({ quota: quota.key }, quota.share);
  }
  const canary = gauge(
    "portage_parity",
    "1: the target that an application asks answers as when it was checked; 0: worse.",
    ["route"],
  );
  for (const { route, state } of parity) if (state !== "unknown") canary.set({ route }, state === "green" ? 1 : 0);
  gauge("portage_workers", "Workers that gave a sign of life in the last 30 s.").set(workers);
  const { rss, heapUsed, external } = process.memoryUsage();
  gauge("process_resident_memory_bytes", "Resident memory of this process.").set(rss);
  gauge("nodejs_heap_size_used_bytes", "Heap in use on the main thread.").set(heapUsed);
  gauge("nodejs_external_memory_bytes", "Memory outside the heap, on the main thread.").set(external);
  gauge("process_uptime_seconds", "Seconds since this process started.").set(process.uptime());
  return registry;
}

/** Prometheus text. */
export function GET(request: Request): Promise<Response> {
  return answering(request, async (ctx) => {
    const registry = register(await readMetrics(ctx));
    return new Response(await registry.metrics(), { headers: { "content-type": registry.contentType } });
  });
}
