/** The services of a benchmark or a process test, in a process of their own; nothing is kept. */

import { SandboxControl } from "@/sandbox/control";
import { startSandbox } from "@/sandbox/start";
import { startCannedGemini } from "./canned-gemini";

const canned = process.env.BENCH_CANNED === "1";
const requestsPerMinute = Number(process.env.BENCH_REQUESTS_PER_MINUTE ?? "0");
const sandbox = await startSandbox({
  dataDir: null,
  seed: false,
  quotas: { pinecone: null, gemini: requestsPerMinute > 0 ? { requestsPerMinute, tokensPerMinute: null } : null },
});
let latency = 0;
const environment = { ...sandbox.environment };
if (canned) environment.GOOGLE_GEMINI_BASE_URL = (await startCannedGemini(() => latency)).url;
process.on("message", async (message) => {
  latency = Number(message);
  await new SandboxControl(sandbox.pinecone.url).latency(latency);
  await new SandboxControl(sandbox.gemini.url).latency(latency);
  process.send?.("set");
});
process.send?.({ environment, pinecone: sandbox.pinecone.url, gemini: sandbox.gemini.url });
process.once("disconnect", () => process.exit(0));
