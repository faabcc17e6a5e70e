import { Secret } from "@/lib/secret";
import { sandboxKeys, startSandbox } from "@/sandbox/start";
import { describeEmbedderContract } from "../contract.suite";
import { openGemini } from ".";

const standing = (dimension: number) => async () => {
  const sandbox = await startSandbox({ dataDir: null, seed: false, quotas: { gemini: null } });
  const embedder = openGemini({
    apiKey: new Secret(sandboxKeys.gemini),
    model: "gemini-embedding-001",
    dimension,
    task: "RETRIEVAL_DOCUMENT",
    baseUrl: sandbox.gemini.url,
  });
  return { embedder, close: () => sandbox.close() };
};

describeEmbedderContract("Gemini over its SDK, against the stand-in,", standing(3072));
describeEmbedderContract("Gemini with 768 dimensions, against the stand-in,", standing(768));
