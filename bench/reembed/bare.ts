import PQueue from "p-queue";
import { z } from "zod";
import { indexes, type Services } from "../services";

const hostSchema = z.object({ host: z.string() });
type ListPage = { vectors?: { id: string }[]; pagination?: { next?: string } };
type Fetched = { vectors: Record<string, { id: string; metadata: Record<string, unknown> }> };
type Embeddings = { embeddings: { values: number[] }[] };

const embedSize = 100;
const upsertSize = 50;

/**
 * The ceiling: bare HTTP and JSON on the same loopback, the fewest requests that move the data, as many at once as Portage has under
 * way; no SDK, no checks, no ledger, no retries, no pacing. Answers seconds.
 */
export async function bare(
  services: Services,
  target: string,
  namespace: string,
  concurrency: number,
): Promise<number> {
  const { environment } = services;
  const headers = {
    "Api-Key": environment.PINECONE_API_KEY ?? "",
    "X-Pinecone-Api-Version": "2026-04",
    "content-type": "application/json",
  };
  const json = async <T>(url: string, init: RequestInit, parse: (value: unknown) => T): Promise<T> => {
    const response = await fetch(url, init);
    if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
    return parse(await response.json());
  };
  const hostOf = async (controller: string | undefined, name: string) =>
    (await json(`${controller}/indexes/${name}`, { headers }, (value) => hostSchema.parse(value))).host;
  const [from, to] = [
    await hostOf(environment.PINECONE_CONTROLLER_HOST, indexes.source),
    await hostOf(environment.PINECONE_TARGET_CONTROLLER_HOST, target),
  ];
  const embedUrl = `${environment.GOOGLE_GEMINI_BASE_URL}/v1beta/models/gemini-embedding-001:batchEmbedContents`;
  const embedHeaders = { "x-goog-api-key": environment.GOOGLE_AI_API_KEY ?? "", "content-type": "application/json" };
  const transfer = async (ids: string[]) => {
    const query = ids.map((id) => `ids=${encodeURIComponent(id)}`).join("&");
    const { vectors } = await json(
      `${from}/vectors/fetch?${query}&namespace=${namespace}`,
      { headers },
      (value) => value as Fetched,
    );
    const requests = ids.map((id) => ({
      model: "models/gemini-embedding-001",
      content: { role: "user", parts: [{ text: vectors[id]?.metadata.text }] },
      taskType: "RETRIEVAL_DOCUMENT",
      outputDimensionality: 3072,
    }));
    const { embeddings } = await json(
      embedUrl,
      { method: "POST", headers: embedHeaders, body: JSON.stringify({ requests }) },
      (value) => value as Embeddings,
    );
    const records = ids.map((id, at) => ({
      id,
      values: embeddings[at]?.values,
      metadata: { ...vectors[id]?.metadata, clearance_level: 1 },
    }));
    const bodies = [records.slice(0, upsertSize), records.slice(upsertSize)];
    await Promise.all(
      bodies.map((part) =>
        json(
          `${to}/vectors/upsert`,
          { method: "POST", headers, body: JSON.stringify({ vectors: part, namespace }) },
          () => null,
        ),
      ),
    );
  };
  const started = performance.now();
  const queue = new PQueue({ concurrency });
  const transferred: Promise<void>[] = [];
  let token: string | undefined;
  do {
    const more = token ? `&paginationToken=${encodeURIComponent(token)}` : "";
    const page = await json(
      `${from}/vectors/list?limit=${embedSize}&namespace=${namespace}${more}`,
      { headers },
      (value) => value as ListPage,
    );
    const ids = (page.vectors ?? []).map(({ id }) => id);
    await queue.onSizeLessThan(2);
    transferred.push(queue.add(() => transfer(ids)));
    token = page.pagination?.next;
  } while (token);
  await Promise.all(transferred);
  return (performance.now() - started) / 1000;
}
