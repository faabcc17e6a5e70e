/**
 * Re-embedding against a sequential loop as simple tools do it, against bare HTTP and JSON, and against a quota. Every ratio is
 * taken within one run, in pairs that alternate: machines are noisy.
 */
import { emptyTarget, startServices } from "../services";
import { bare } from "./bare";
import { withPortage } from "./portage";
import { quota } from "./quota";
import { sequential } from "./sequential";

const rounds = 3;
const records = 6000;
const concurrency = 8;

const say = (text: string) => process.stdout.write(`${text}\n`);
const perSecond = (seconds: number) => `${Math.round(records / seconds).toLocaleString("en-US")} records/s`;
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const services = await startServices({ records, canned: true });

say(
  `${records.toLocaleString("en-US")} records of about 1,000 characters, 1,536 to 3,072 dimensions, ${concurrency} batches at once, services on loopback in their own process`,
);
say("\nWithout latency, against bare HTTP and JSON:");
await bare(services, await emptyTarget(services.pinecone), concurrency);
const ceiling: number[] = [];
for (let round = 0; round < rounds; round++) {
  const bareSeconds = await bare(services, await emptyTarget(services.pinecone), concurrency);
  const target = await emptyTarget(services.pinecone);
  const run = await withPortage(services, target, records, {}, (go) => go());
  ceiling.push(bareSeconds / run.seconds);
  say(
    `  bare ${perSecond(bareSeconds)}, Portage ${perSecond(run.seconds)}: ${((bareSeconds / run.seconds) * 100).toFixed(0)} % (with its read-back check ${perSecond(run.checkedSeconds)})`,
  );
}
say(`  median: ${(median(ceiling) * 100).toFixed(0)} % of bare (wanted: at least 70 %)`);

say("\nAt 50 ms a call, against list, fetch 100, embed 100, upsert in turn:");
await services.latency(50);
const loop: number[] = [];
for (let round = 0; round < rounds; round++) {
  const loopSeconds = await sequential(services, await emptyTarget(services.pinecone));
  const target = await emptyTarget(services.pinecone);
  const run = await withPortage(services, target, records, {}, (go) => go());
  loop.push(loopSeconds / run.seconds);
  say(
    `  loop ${perSecond(loopSeconds)}, Portage ${perSecond(run.seconds)}: ${(loopSeconds / run.seconds).toFixed(1)} x (with its read-back check ${(loopSeconds / run.checkedSeconds).toFixed(1)} x)`,
  );
}
say(`  median: ${median(loop).toFixed(1)} x the loop (wanted: at least 5 x)`);
await services.close();

say("\nUnder a quota of 3,000 requests a minute, for 60 s:");
say(await quota());
say(
  `\nPeak memory of this process, Portage with its database and both baselines: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
);
process.exit(0);
