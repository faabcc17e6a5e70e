import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";

/** A link of 1 Gbit/s, and what every answer takes at least. */
const link = "125000000";
const latencyMs = "50";
const dimension = 3072;
const each = 500;

const countedSchema = z.object({ bytes: z.number(), readUnits: z.number(), requests: z.number() });
const plannedSchema = z.object({ seconds: z.number(), plan: z.object({ state: z.string(), changes: z.number() }) });
type Start = (file: string, environment: Record<string, string>) => ChildProcess;

async function analyse(start: Start, records: number, namespaces: number, fetches: boolean) {
  const sides = start("sides.ts", {
    BENCH_RECORDS: String(records),
    BENCH_DIMENSION: String(dimension),
    BENCH_LATENCY_MS: latencyMs,
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
  const { seconds, plan } = plannedSchema.parse(message);
  await once(portage, "exit");
  const counted = countedSchema.parse(await (await fetch(`${url}/counted`)).json());
  sides.disconnect();
  const all = records * namespaces;
  return {
    perSecond: all / seconds,
    bytes: counted.bytes / all,
    units: counted.readUnits / all,
    changes: plan.changes / namespaces,
    state: plan.state,
  };
}

/**
 * What analysing without vectors takes against fetching every record: many namespaces, and one that is larger than a question's answer. Fetching
 * is measured on a tenth of the namespaces: per record it is the same.
 */
export async function measureSweeping(say: (text: string) => void, start: Start): Promise<void> {
  const many = Number(process.env.BENCH_MANY ?? "2000");
  const share = (a: number, b: number) => `${((a / b) * 100).toFixed(1)} %`;
  for (const [records, namespaces, fewer] of [
    [each, many, Math.max(10, Math.round(many / 10))],
    [20_000, 1, 1],
  ] as const) {
    const swept = await analyse(start, records, namespaces, false);
    const fetched = await analyse(start, records, fewer, true);
    say(
      `${namespaces} namespaces of ${records} records, ${latencyMs} ms, 1 Gbit/s: ${Math.round(swept.perSecond)} records/s against ${Math.round(fetched.perSecond)} by fetching ` +
        `(${(swept.perSecond / fetched.perSecond).toFixed(1)} x, wanted: 3 x of many namespaces); bytes ${share(swept.bytes, fetched.bytes)} (wanted: 5 %), ` +
        `read units ${share(swept.units, fetched.units)} (wanted: 10 %); ${swept.changes} changes a namespace, ${fetched.changes} by fetching (${swept.state})`,
    );
  }
}
