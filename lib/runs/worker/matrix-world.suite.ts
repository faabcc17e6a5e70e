import { z } from "zod";
import { type Reply, type ScriptedServer, scriptServer } from "@/lib/http/scripted-server.suite";

/** One call of a service as a trouble sees it: `source.list`, `target.upsert`, `embed`, `embed.count`, `control`, ...; the IDs or texts in it; how often it was made. */
export type ServiceCall = {
  role: string;
  subjects: readonly string[];
  times: number;
  token: string | null;
  /** Where the index that is asked for serves, in calls of the control plane. */
  host: string;
};
export type Trouble = (call: ServiceCall) => Reply | undefined;

const upsertBody = z.object({ vectors: z.array(z.object({ id: z.string() }).loose()) });
const embedBody = z.object({
  requests: z.array(z.object({ content: z.object({ parts: z.array(z.object({ text: z.string() })) }) })),
});

export const recordsThere = 60;
/** Of these the target holds so many, the first ones. */
export const recordsStanding = 30;
const idOf = (number: number) => `doc-${String(number).padStart(3, "0")}`;
const all = Array.from({ length: recordsThere }, (_, number) => idOf(number));
const values = [0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0];
/** One that the target lacks, beyond what the model reads by any estimate: the model is asked how long it is. */
const longAt = "doc-048";
const long = "word ".repeat(2200);
export const recordOf = (id: string) => ({
  id,
  values,
  metadata: { text: id === longAt ? `${long}Text of ${id}` : `Text of ${id}` },
});

export type MatrixServer = ScriptedServer & {
  texts: () => number;
  writes: () => number;
  stored: Map<string, unknown>;
  /** From then on the trouble is there. */
  trouble: (trouble: Trouble) => void;
};

/** Enough of Pinecone (a full index `old`, a half full one `new`) and of Gemini for their real clients, with one trouble. */
export async function openMatrixServer(standing = recordsStanding): Promise<MatrixServer> {
  const times = new Map<string, number>();
  const stored = new Map<string, unknown>(all.slice(0, standing).map((id) => [id, recordOf(id)]));
  let trouble: Trouble = () => undefined;
  let texts = 0;
  let writes = 0;
  let address = "";
  const server = await scriptServer(({ url, body }) => {
    const index = /^\/d\/(\w+)\//.exec(url.pathname)?.[1];
    const side = index === "old" ? "source" : "target";
    const role = roleOf(url.pathname, side);
    const upserted = role === "target.upsert" ? upsertBody.parse(JSON.parse(body)).vectors : [];
    const embedded = role === "embed" ? embedBody.parse(JSON.parse(body)).requests : [];
    const asked = embedded.map((request) => request.content.parts.map((part) => part.text).join(""));
    const ids = upserted.length > 0 ? upserted.map(({ id }) => id) : url.searchParams.getAll("ids");
    const count = (times.get(role) ?? 0) + 1;
    times.set(role, count);
    const token = url.searchParams.get("paginationToken");
    const name = url.pathname.split("/").at(-1) ?? "";
    const host = `${address}/d/${name}`;
    const bad = trouble({ role, subjects: role === "embed" ? asked : ids, times: count, token, host });
    if (bad) return bad;
    if (role === "control") return { json: { name, dimension: 8, metric: "cosine", host, status: { ready: true } } };
    const held = side === "source" ? all : [...stored.keys()].sort();
    if (role.endsWith(".stats"))
      return { json: { namespaces: { n: { vectorCount: held.length } }, totalVectorCount: held.length } };
    if (role.endsWith(".list")) {
      const from = Number(token ?? 0);
      const page = held.slice(from, from + 25);
      const next = from + 25 < held.length ? { pagination: { next: String(from + 25) } } : {};
      return { json: { vectors: page.map((id) => ({ id })), ...next } };
    }
    if (role.endsWith(".fetch")) {
      const found = ids.filter((id) => held.includes(id));
      const of = (id: string) => (side === "source" ? recordOf(id) : stored.get(id));
      return { json: { vectors: Object.fromEntries(found.map((id) => [id, of(id)])) } };
    }
    if (role === "target.upsert") {
      writes += upserted.length;
      for (const vector of upserted) stored.set(vector.id, vector);
      return { json: { upsertedCount: upserted.length } };
    }
    if (role === "embed") {
      texts += asked.length;
      return { json: { embeddings: asked.map(() => ({ values })) } };
    }
    return { json: { totalTokens: 4 } };
  });
  address = server.url;
  return {
    ...server,
    texts: () => texts,
    writes: () => writes,
    stored,
    trouble(begun) {
      times.clear();
      trouble = begun;
    },
  };
}

function roleOf(path: string, side: string): string {
  if (path.startsWith("/indexes")) return "control";
  if (path.endsWith(":batchEmbedContents")) return "embed";
  if (path.endsWith(":countTokens")) return "embed.count";
  const operations: Record<string, string> = {
    list: "list",
    fetch: "fetch",
    upsert: "upsert",
    describe_index_stats: "stats",
  };
  return `${side}.${operations[path.split("/").at(-1) ?? ""] ?? path}`;
}
