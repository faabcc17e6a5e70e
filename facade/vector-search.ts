/**
 * Asks whichever store `portage switch` says: Pinecone, Chroma, or PostgreSQL with pgvector, which takes `vector-search-pgvector.ts` as well. Without
 * dependencies, to be copied into an application; `vector_search.py` beside it is the same in Python. See docs/guides/cut-over.md.
 *
 * The file is looked at before each question and read again when it was replaced; a question that is under way ends on the side that it began on, and a
 * file that can't be read changes nothing, so that no request fails by a switch.
 */
import { appendFile, readFile, stat } from "node:fs/promises";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Filter = { [key: string]: Json };
/** `score`: the higher the nearer, of every store: the cosine, the inner product, or minus the Euclidean distance. */
export type Hit = { id: string; score: number; text: string | null; metadata: { [key: string]: Json } };
export type Found = { hits: Hit[]; side: string; backend: string; generation: number; ms: number };
export type Question = { text?: string; vector?: readonly number[]; k?: number; filter?: Filter; namespace?: string };

/** A question with its vector, by the namespace's name on the side that is asked. */
export type Asked = Question & { vector: readonly number[]; namespace: string };

export type Backend = {
  side: string;
  backend: string;
  index: string;
  metric: string;
  dimension: number | null;
  model: string | null;
  /** How the application's namespaces are called here. */
  namespaces?: { into: string } | { pairs: { [name: string]: string } } | null;
  sql: {
    schema: string;
    table: string;
    id: string;
    column: string;
    metadata: string | null;
    namespace: string | null;
    namespaceKey?: string | null;
    within?: { column: string; type: string; value: string } | null;
    cast: string | null;
    operator: string;
  } | null;
};
type SwitchFile = { version: number; generation: number; active: Backend; previous: Backend };

export type Options = {
  /** The path of ROUTE.json, as `portage switch` says. */
  file: string;
  /** A text as a vector of the side's model: `backend.model` names it. */
  embed?: (text: string, backend: Backend) => Promise<readonly number[]>;
  pinecone?: { apiKey: string; controller?: string };
  chroma?: { url: string; token?: string; tenant?: string; database?: string };
  /** What `askPgvector` of `vector-search-pgvector.ts` makes of the application's database. */
  pgvector?: (backend: Backend, question: Asked) => Promise<Omit<Hit, "text">[]>;
  /** Metadata key of the text. */
  textKey?: string;
  /** A question may take so long. */
  seconds?: number;
  /** Puts a share of the questions to the other side, too, behind the answer, and appends both answers to a file that `portage gate --queries` reads. */
  shadow?: { log: string; share?: number; seconds?: number };
};

export type VectorSearch = {
  search(question: Question): Promise<Found>;
  /** Waits for shadow questions that are under way. */
  settled(): Promise<void>;
};

/** @throws when the file can't be read at first; later the last one that could be read counts */
export async function openVectorSearch(options: Options): Promise<VectorSearch> {
  const { embed = noEmbedder, seconds = 10, shadow } = options;
  const current = await follow(options.file);
  const under = new Set<Promise<void>>();

  const ask = async (backend: Backend, question: Question, within: number) => {
    const began = performance.now();
    const vector = question.vector ?? (await embed(question.text ?? "", backend));
    const namespace = calledThere(backend, question.namespace ?? "");
    const hits = await asked(options, backend, { ...question, vector, namespace }, AbortSignal.timeout(within * 1000));
    return { hits, ms: performance.now() - began };
  };

  const askOther = async (file: SwitchFile, question: Question, found: { hits: Hit[]; ms: number }) => {
    if (!shadow) return;
    const { previous, active } = file;
    // A vector is of one model: another model's side isn't asked with it.
    const fits = question.vector === undefined || previous.model === active.model;
    const other = !fits
      ? { error: "the other side is of another model" }
      : await limited(ask(previous, question, shadow.seconds ?? 5), (shadow.seconds ?? 5) * 1000).catch(
          (error: unknown) => ({ error: error instanceof Error ? error.message : "it failed" }),
        );
    const { text, vector, namespace, filter, k } = question;
    const line = {
      ...{ query: text, vector: text === undefined ? vector : undefined, namespace, filter, k },
      ...{ at: new Date().toISOString(), generation: file.generation, active: shown(active, found) },
      other: "error" in other ? { side: previous.side, ...other } : shown(previous, other),
    };
    // One write of one line: several processes may share the file.
    await appendFile(shadow.log, `${JSON.stringify(line)}\n`).catch(() => {});
  };

  return {
    async search(question) {
      if ((question.text === undefined) === (question.vector === undefined)) throw new Error("Give text or vector");
      const file = await current();
      const found = await ask(file.active, question, seconds);
      if (shadow && Math.random() < (shadow.share ?? 1)) {
        const task = askOther(file, question, found).finally(() => under.delete(task));
        under.add(task);
      }
      const { active, generation } = file;
      return { ...found, side: active.side, backend: active.backend, generation };
    },
    settled: async () => void (await Promise.allSettled(under)),
  };
}

const noEmbedder = () => Promise.reject(new Error("Asking by text takes `embed`"));

const shown = ({ side }: Backend, { hits, ms }: { hits: Hit[]; ms: number }) => ({
  ...{ side, ids: hits.map(({ id }) => id), scores: hits.map(({ score }) => score), ms },
});

/** The file as it stands, read again when another one was put in its place. */
async function follow(path: string): Promise<() => Promise<SwitchFile>> {
  let mark = "";
  let held: SwitchFile | null = null;
  const current = async (): Promise<SwitchFile> => {
    try {
      const { mtimeMs, ino, size } = await stat(path);
      const now = `${mtimeMs} ${ino} ${size}`;
      if (held === null || now !== mark) {
        const read: SwitchFile = JSON.parse(await readFile(path, "utf8"));
        if (read.version !== 1 || !read.active || !read.previous) throw new Error(`${path} isn't a switch file`);
        [held, mark] = [read, now];
      }
    } catch (error) {
      if (held === null) throw error;
    }
    return held;
  };
  await current();
  return current;
}

function calledThere({ namespaces }: Backend, namespace: string): string {
  if (!namespaces) return namespace;
  if ("into" in namespaces) return namespaces.into;
  return Object.hasOwn(namespaces.pairs, namespace) ? (namespaces.pairs[namespace] ?? namespace) : namespace;
}

function asked(options: Options, backend: Backend, question: Asked, signal: AbortSignal): Promise<Hit[]> {
  if (backend.backend === "pinecone") return askPinecone(options, backend, question, signal);
  if (backend.backend === "pgvector") return askPostgres(options, backend, question);
  if (backend.backend === "chromadb") return askChroma(options, backend, question, signal);
  throw new Error(`This file can't ask ${backend.backend}`);
}

/** Waits no longer; what was asked may go on. */
async function limited<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("it took too long")), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function posted(url: string, headers: Record<string, string>, signal: AbortSignal, body?: object) {
  const json = { method: "POST", headers: { ...headers, "content-type": "application/json" } };
  const response = await fetch(url, { signal, ...(body ? { ...json, body: JSON.stringify(body) } : { headers }) });
  if (!response.ok)
    throw new Error(`${new URL(url).host} answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  return response.json();
}

const distanceScore = (metric: string, squared: number) =>
  metric === "euclidean" ? -Math.sqrt(Math.max(0, squared)) : null;

/** Addresses of indexes and IDs of collections, which don't change while they stand. */
const known = new Map<string, Promise<string>>();
function once(key: string, look: () => Promise<string>): Promise<string> {
  const standing = known.get(key) ?? look();
  known.set(key, standing);
  // One that failed is looked for again.
  standing.catch(() => known.delete(key));
  return standing;
}

async function askPinecone({ pinecone, textKey }: Options, backend: Backend, question: Asked, signal: AbortSignal) {
  if (!pinecone) throw new Error("Asking Pinecone takes `pinecone`");
  const { apiKey, controller = "https://api.pinecone.io" } = pinecone;
  const headers = { "api-key": apiKey, "x-pinecone-api-version": "2025-04" };
  const host = await once(`${controller} ${backend.index}`, async () => {
    const { host: name } = await posted(`${controller}/indexes/${backend.index}`, headers, signal);
    return /^https?:/.test(name) ? name : `https://${name}`;
  });
  const { vector, k = 10, filter, namespace } = question;
  const body = { vector, topK: k, includeMetadata: true, namespace, ...(filter && { filter }) };
  const answer = await posted(`${host}/query`, headers, signal, body);
  const matches: { id: string; score: number; metadata?: Hit["metadata"] }[] = answer.matches ?? [];
  return matches.map(
    ({ id, score, metadata = {} }): Hit => ({
      ...{ id, score: distanceScore(backend.metric, score) ?? score, text: textIn(metadata, textKey), metadata },
    }),
  );
}

const textIn = (metadata: Hit["metadata"], key = "text") => {
  const text = metadata[key];
  return typeof text === "string" ? text : null;
};

async function askChroma({ chroma, textKey }: Options, backend: Backend, question: Asked, signal: AbortSignal) {
  if (!chroma) throw new Error("Asking Chroma takes `chroma`");
  // A collection has no namespaces: what a named one asks for isn't there, and must not come from all of it.
  if (question.namespace !== "") return [];
  const { url, token, tenant = "default_tenant", database = "default_database" } = chroma;
  const base = `${url.replace(/\/$/, "")}/api/v2/tenants/${tenant}/databases/${database}/collections`;
  const headers: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}`, "x-chroma-token": token };
  const collection = await once(`${base} ${backend.index}`, async () => {
    const { id } = await posted(`${base}/${encodeURIComponent(backend.index)}`, headers, signal);
    return id;
  });
  const { vector, k = 10, filter } = question;
  const body = {
    ...{ query_embeddings: [vector], n_results: k, include: ["distances", "documents", "metadatas"] },
    ...(filter && { where: filter }),
  };
  const answer: {
    ids: string[][];
    distances: number[][];
    documents: (string | null)[][];
    metadatas: (Hit["metadata"] | null)[][];
  } = await posted(`${base}/${collection}/query`, headers, signal, body);
  return (answer.ids[0] ?? []).map((id, at): Hit => {
    const distance = answer.distances[0]?.[at] ?? 0;
    const metadata = answer.metadatas[0]?.[at] ?? {};
    const text = answer.documents[0]?.[at] ?? textIn(metadata, textKey);
    return { id, score: distanceScore(backend.metric, distance) ?? 1 - distance, text, metadata };
  });
}

async function askPostgres({ pgvector, textKey }: Options, backend: Backend, question: Asked): Promise<Hit[]> {
  if (!pgvector) throw new Error("Asking PostgreSQL takes `pgvector`");
  const hits = await pgvector(backend, question);
  return hits.map((hit): Hit => ({ ...hit, text: textIn(hit.metadata, textKey) }));
}
