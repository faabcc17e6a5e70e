/** The services of a benchmark, in a process of their own: no quotas unless asked for, nothing kept. */
import { startSandbox } from "@/lib/sandbox/start";

const requestsPerMinute = Number(process.env.BENCH_REQUESTS_PER_MINUTE ?? "0");
const sandbox = await startSandbox({
  dataDir: null,
  seed: false,
  quotas: { pinecone: null, gemini: requestsPerMinute > 0 ? { requestsPerMinute } : null },
});
process.send?.({ environment: sandbox.environment, pinecone: sandbox.pinecone.url, gemini: sandbox.gemini.url });
process.once("disconnect", () => process.exit(0));
