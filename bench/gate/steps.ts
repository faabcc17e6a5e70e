import { runGate } from "@/lib/gate/run-gate";
import { ExactSearch } from "@/lib/stores/query/exact-search";
import { dimension, generatedStore, vectorOf } from "./generated-store";

const questions = 200;
const k = 10;
const records = Number(process.env.BENCH_RECORDS);
const megabytes = () => process.memoryUsage().rss / 1024 ** 2;

globalThis.gc?.();
const before = megabytes();
let peak = before;
const watch = setInterval(() => {
  peak = Math.max(peak, megabytes());
}, 50);

const asked = () =>
  Array.from({ length: questions }, (_, at) => vectorOf((at * Math.floor(records / questions)) % records));
/** As many as a page: making them isn't measured. */
const made = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => new Float32Array(vectorOf(from + at)));

/** One after the other, as anybody would write it. */
function bare(): number {
  const all = asked().map((values) => new Float32Array(values));
  const best = all.map(() => new Float64Array(k).fill(-1));
  let spent = 0;
  for (let from = 0; from < records; from += 500) {
    const page = made(from, Math.min(500, records - from));
    const began = performance.now();
    for (const values of page)
      for (const [at, question] of all.entries()) {
        let sum = 0;
        for (let axis = 0; axis < dimension; axis++) sum += (values[axis] ?? 0) * (question[axis] ?? 0);
        const kept = best[at];
        if (kept && sum > (kept[0] ?? 0)) {
          kept[0] = sum;
          kept.sort();
        }
      }
    spent += performance.now() - began;
  }
  return spent / 1000;
}

function search(): number {
  const exact = new ExactSearch({ metric: "cosine", dimension, questions: asked(), k });
  let spent = 0;
  for (let from = 0; from < records; from += 500) {
    const page = made(from, Math.min(500, records - from));
    const began = performance.now();
    for (const [at, values] of page.entries()) exact.add(String(from + at), values);
    exact.nearest(0);
    spent += performance.now() - began;
  }
  return spent / 1000;
}

/** What is in use at most, in MB, at ten moments of the reading: the rest of a process's memory is garbage that wasn't collected yet. */
let inUse = 0;
function measured(side: ReturnType<typeof generatedStore>): ReturnType<typeof generatedStore> {
  const { fetchRecords } = side.store;
  const every = Math.ceil(records / 500 / 10);
  let reads = 0;
  side.store.fetchRecords = async (...given) => {
    if (++reads % every === 0) {
      globalThis.gc?.();
      const { heapUsed, external } = process.memoryUsage();
      inUse = Math.max(inUse, (heapUsed + external) / 1024 ** 2);
    }
    return fetchRecords(...given);
  };
  return side;
}

async function gate(): Promise<{ seconds: number; verdict: string; inUse: number }> {
  const began = performance.now();
  const { result } = await runGate({
    source: { ...measured(generatedStore("old", records)), embedder: null },
    target: { ...measured(generatedStore("new", records)), embedder: null },
    ...{ copied: true, namespaces: [{ source: "", target: "" }], owned: [], given: [], brokenLines: 0 },
    text: { textKey: "text", text: { keys: ["text"] } },
    settings: { queries: "documents", n: questions, k, threshold: 0.9, seed: 1, margin: 0.02 },
    explained: async () => new Set<string>(),
  });
  return { seconds: (performance.now() - began) / 1000, verdict: result.verdict, inUse };
}

const name = process.env.BENCH_STEP;
const took = name === "gate" ? await gate() : { seconds: name === "bare" ? bare() : search() };
clearInterval(watch);
const rate = name === "gate" ? undefined : (questions * records * dimension) / took.seconds / 1e9;
process.send?.({ ...took, rate, peak: Math.max(peak, megabytes()) - before });
process.disconnect();
