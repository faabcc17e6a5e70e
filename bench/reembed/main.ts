/**
 * Re-embedding against a sequential loop as simple tools do it, against bare HTTP and JSON, and against a quota. Every ratio is
 * taken within one run, in pairs that alternate: machines are noisy.
 */
import { emptyTarget, indexes, namespaceOf, startServices } from "../services";
import { bare } from "./bare";
import { withPortage } from "./portage";
import { quota } from "./quota";
import { sequential } from "./sequential";

const rounds = 3;
const records = 8000;
const concurrency = 16;

const say = (text: string) => process.stdout.write(`${text}\n`);
const perSecond = (seconds: number) => `${Math.round(records / seconds).toLocaleString("en-US")} records/s`;
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const services = await startServices({ records, namespaces: rounds + 1, canned: true });
const target = () => emptyTarget(services);

type Go = Parameters<Parameters<typeof withPortage>[3]>[0];

/** The same records, in so many namespaces, by the loop and by Portage; answers the ratio. */
async function againstLoop(run: Go, name: string, count: number): Promise<number> {
  const names = Array.from({ length: count }, (_, number) => `${name}-${number}`);
  for (const namespace of names) {
    await services.source.fill({ index: indexes.source, namespace, records: records / count, textLength: 1000 });
  }
  const to = await target();
  let loopSeconds = 0;
  for (const namespace of names) loopSeconds += await sequential(services, to, namespace);
  const { seconds, checkedSeconds } = await run(names, records);
  say(
    `  ${count} namespaces: loop ${perSecond(loopSeconds)}, Portage ${perSecond(seconds)}: ${(loopSeconds / seconds).toFixed(1)} x (with its read-back check ${(loopSeconds / checkedSeconds).toFixed(1)} x)`,
  );
  return loopSeconds / seconds;
}

say(
  `${records.toLocaleString("en-US")} records of about 1,000 characters a round, 1,536 to 3,072 dimensions, ${concurrency} batches at once;`,
);
say("services on loopback in a process of their own; everything is warmed up by a round that isn't counted");
await withPortage(services, await target(), {}, async (run) => {
  await bare(services, await target(), namespaceOf(0), concurrency);
  await run([namespaceOf(0)], records);

  say("\nWithout latency, against bare HTTP and JSON:");
  const ceiling: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const bareSeconds = await bare(services, await target(), namespaceOf(round), concurrency);
    const { seconds, checkedSeconds } = await run([namespaceOf(round)], records);
    ceiling.push(bareSeconds / seconds);
    say(
      `  bare ${perSecond(bareSeconds)}, Portage ${perSecond(seconds)}: ${((bareSeconds / seconds) * 100).toFixed(0)} % (with its read-back check ${perSecond(checkedSeconds)})`,
    );
  }
  say(`  median: ${(median(ceiling) * 100).toFixed(0)} % of bare (wanted: at least 70 %)`);

  say("\nAt 50 ms a call, against list, fetch 100, embed 100, upsert in turn:");
  await services.latency(50);
  const loop: number[] = [];
  const bareWithLatency: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    loop.push(await againstLoop(run, `four-${round}`, 4));
    bareWithLatency.push(await bare(services, await target(), namespaceOf(round), concurrency));
  }
  say(`  median: ${median(loop).toFixed(1)} x the loop over four namespaces (wanted: at least 5 x)`);
  say(
    `  what this machine's processors allow: bare HTTP and JSON at the same latency ${perSecond(median(bareWithLatency))}`,
  );
  await againstLoop(run, "one", 1);
  say("  (one namespace alone is bound by its listing: 100 IDs a call, one call after the other)");
});
await services.close();

say("\nUnder a quota of 3,000 requests a minute, for 60 s:");
say(await quota());
say(
  `\nPeak memory of this process, Portage with its database and both baselines: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
);
process.exit(0);
