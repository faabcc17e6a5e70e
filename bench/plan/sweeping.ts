import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";

/** A link of 1 Gbit/s. */
const link = "125000000";

const countedSchema = z.object({ bytes: z.number(), readUnits: z.number(), requests: z.number() });
const plannedSchema = z.object({
  seconds: z.number(),
  cpu: z.number(),
  peak: z.number(),
  plan: z.object({ state: z.string(), changes: z.number() }),
});
export type Start = (file: string, environment: Record<string, string>) => ChildProcess;

type Measured = { records: number; dimension: number; latencyMs: number };

async function analyse(
  start: Start,
  { records, dimension, latencyMs }: Measured,
  namespaces: number,
  fetches: boolean,
) {
  const sides = start("sides.ts", {
    BENCH_RECORDS: String(records),
    BENCH_DIMENSION: String(dimension),
    BENCH_LATENCY_MS: String(latencyMs),
    BENCH_LINK: link,
  });
  const [url] = z
    .tuple([z.string()])
    .rest(z.unknown())
    .parse(await once(sides, "message"));
  const portage = start("portage.ts", {
    BENCH_URL: url,
    BENCH_NAMESPACES: String(namespaces),
    ...(fetches && { BENCH_FETCHES: "1" }),
  });
  const [message] = await once(portage, "message");
  const { seconds, cpu, peak, plan } = plannedSchema.parse(message);
  await once(portage, "exit");
  const counted = countedSchema.parse(await (await fetch(`${url}/counted`)).json());
  sides.disconnect();
  const all = records * namespaces;
  return {
    perSecond: all / seconds,
    cpu: (cpu / all) * 1e6,
    bytes: counted.bytes / all,
    units: counted.readUnits / all,
    peak,
    changes: plan.changes / namespaces,
    state: plan.state,
  };
}

/**
 * What analysing without vectors takes against fetching every record, in rounds that take turns: many namespaces, of which fewer are fetched, or one that
 * is larger than a question's answer.
 */
export async function measureSweeping(
  say: (text: string) => void,
  start: Start,
  of: Measured & { namespaces: number; fetched: number; rounds: number },
): Promise<void> {
  const { records, namespaces, fetched: fewer, dimension, latencyMs } = of;
  const share = (a: number, b: number) => `${((a / b) * 100).toFixed(1)} %`;
  const wanted =
    namespaces > 1 ? { times: 3, bytes: "5 %", units: "10 %" } : { times: 1, bytes: "100 %", units: "100 %" };
  for (let round = 0; round < of.rounds; round++) {
    // Each goes first every other time: what else the machine does weighs on both alike.
    const first = round % 2 === 0 ? await analyse(start, of, namespaces, false) : null;
    const fetched = await analyse(start, of, fewer, true);
    const swept = first ?? (await analyse(start, of, namespaces, false));
    say(
      `${namespaces} x ${records} records of ${dimension} dimensions, ${latencyMs} ms, 1 Gbit/s: ${Math.round(swept.perSecond)} records/s against ${Math.round(fetched.perSecond)} by fetching ` +
        `(${(swept.perSecond / fetched.perSecond).toFixed(2)} x, wanted: ${wanted.times} x); bytes ${share(swept.bytes, fetched.bytes)} (wanted: ${wanted.bytes}), ` +
        `read units ${share(swept.units, fetched.units)} (wanted: ${wanted.units}); processor ${swept.cpu.toFixed(0)} µs a record, ${fetched.cpu.toFixed(0)} by fetching; memory ${swept.peak.toFixed(0)} MB at most, ${fetched.peak.toFixed(0)} by fetching; ` +
        `${swept.changes} changes a namespace, ${fetched.changes} by fetching (${swept.state})`,
    );
  }
}
