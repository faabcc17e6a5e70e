import { type BatchEmbedContentsRequest, GoogleGenerativeAI, type TaskType } from "@google/generative-ai";
import { Pinecone } from "@pinecone-database/pinecone";
import { indexes, type Services } from "../services";

/** Two megabytes hold some fifty vectors of 3,072 dimensions: a hundred at once would be refused. */
const upsertSize = 50;

/** What simple tools do: list, fetch 100, embed 100, upsert 100, one after the other, over the vendors' SDKs. Answers seconds. */
export async function sequential(services: Services, target: string, namespace: string): Promise<number> {
  const { environment } = services;
  const open = async (apiKey = "", controllerHostUrl = "", name = "") => {
    const pinecone = new Pinecone({ apiKey, controllerHostUrl });
    return pinecone.index({ host: (await pinecone.describeIndex(name)).host, namespace });
  };
  const from = await open(environment.PINECONE_API_KEY, environment.PINECONE_CONTROLLER_HOST, indexes.source);
  const to = await open(environment.PINECONE_TARGET_API_KEY, environment.PINECONE_TARGET_CONTROLLER_HOST, target);
  const gemini = new GoogleGenerativeAI(environment.GOOGLE_AI_API_KEY ?? "");
  const model = gemini.getGenerativeModel(
    { model: "gemini-embedding-001" },
    { baseUrl: environment.GOOGLE_GEMINI_BASE_URL ?? "" },
  );
  const started = performance.now();
  let paginationToken: string | undefined;
  do {
    const page = await from.listPaginated({ limit: 100, ...(paginationToken ? { paginationToken } : {}) });
    const ids = (page.vectors ?? []).flatMap(({ id }) => (id === undefined ? [] : [id]));
    const { records } = await from.fetch({ ids });
    const texts = ids.map((id) => String(records[id]?.metadata?.text));
    const taskType: `${TaskType}` = "RETRIEVAL_DOCUMENT";
    const requests = texts.map((text) => ({
      content: { role: "user", parts: [{ text }] },
      taskType,
      outputDimensionality: 3072,
    }));
    const batch: unknown = { requests };
    const { embeddings } = await model.batchEmbedContents(asBatch(batch));
    const vectors = ids.map((id, at) => ({
      id,
      values: embeddings[at]?.values ?? [],
      metadata: { ...records[id]?.metadata, clearance_level: 1 },
    }));
    for (let start = 0; start < vectors.length; start += upsertSize) {
      await to.upsert({ records: vectors.slice(start, start + upsertSize) });
    }
    paginationToken = page.pagination?.next;
  } while (paginationToken);
  return (performance.now() - started) / 1000;
}

function asBatch(batch: unknown): BatchEmbedContentsRequest {
  if (!isBatch(batch)) throw new Error("not a batch");
  return batch;
}

function isBatch(batch: unknown): batch is BatchEmbedContentsRequest {
  return typeof batch === "object" && batch !== null && "requests" in batch;
}
