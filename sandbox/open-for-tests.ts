import { SandboxControl } from "./control";
import { type Sandbox, type SandboxOptions, startSandbox } from "./start";

export type TestSandbox = Sandbox & {
  control: { pinecone: SandboxControl; gemini: SandboxControl; elasticsearch: SandboxControl };
  apiKeys: { pinecone: string; gemini: string };
  /** Where an index's data plane is served. */
  host(index: string): string;
};

/**
 * A sandbox for one test file: temporary, empty, unlimited and consistent at once, unless said otherwise. Indexes `source` and
 * `target` stand ready, of 8 dimensions.
 */
export async function openForTests(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const sandbox = await startSandbox({
    dataDir: null,
    seed: false,
    consistencyMs: 0,
    readyAfterMs: 0,
    quotas: { gemini: null, pinecone: null },
    ...options,
  });
  const control = {
    pinecone: new SandboxControl(sandbox.pinecone.url),
    gemini: new SandboxControl(sandbox.gemini.url),
    elasticsearch: new SandboxControl(sandbox.elasticsearch.url),
  };
  for (const name of ["source", "target"]) await control.pinecone.createIndex({ name, dimension: 8 });
  const { PINECONE_API_KEY: pinecone = "", GOOGLE_AI_API_KEY: gemini = "" } = sandbox.environment;
  return {
    ...sandbox,
    control,
    apiKeys: { pinecone, gemini },
    host: (index) => `${sandbox.pinecone.url}/data/${index}`,
  };
}
