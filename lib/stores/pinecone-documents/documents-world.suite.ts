import { Secret } from "@/lib/secret";
import { SandboxControl } from "@/sandbox/control";
import { sandboxKeys, startSandbox } from "@/sandbox/start";
import { openPineconeSource, openPineconeTarget } from "../pinecone";
import { openDocumentSource, openDocumentTarget } from ".";

const whereabouts = { cloud: "aws", region: "us-east-1" } as const;
const settings = { vectorField: "embedding", sparseField: "terms", textFields: "body(en, stemming), title(de)" };

/** Pinecone's stand-in, with stores of both families of its API. */
export async function openDocumentsWorld(consistencyMs: number) {
  const quotas = { pinecone: null };
  const sandbox = await startSandbox({ dataDir: null, seed: false, quotas, consistencyMs, readyAfterMs: 50 });
  const project = { apiKey: new Secret(sandboxKeys.pinecone), controllerHost: sandbox.pinecone.url };
  return {
    sandbox,
    control: new SandboxControl(sandbox.pinecone.url),
    source: openDocumentSource(project),
    target: openDocumentTarget(project, { settings, whereabouts }),
    withoutSparse: openDocumentTarget(project, { settings: { ...settings, sparseField: undefined }, whereabouts }),
    classic: openPineconeTarget(project, whereabouts),
    classicSource: openPineconeSource(project),
  };
}

export type DocumentsWorld = Awaited<ReturnType<typeof openDocumentsWorld>>;
