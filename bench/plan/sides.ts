/**
 * Two indexes whose pages are worked out while they are asked for, in a process of their own: a source of `BENCH_RECORDS` records and a
 * target that differs in every thousandth: lacks it, holds it with other metadata or another text, or holds it alone. Every namespace
 * holds the same. Answers take `BENCH_LATENCY_MS`, and share a link of `BENCH_LINK` bytes a second (left out: neither).
 */
import { createServer, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";

const records = Number(process.env.BENCH_RECORDS ?? "100000");
const dimension = Number(process.env.BENCH_DIMENSION ?? "1536");
const latencyMs = Number(process.env.BENCH_LATENCY_MS ?? "0");
const link = Number(process.env.BENCH_LINK ?? "0");
const pageSize = 100;
/** A question's answer is refused above so many bytes (the vendor's operation limits). */
const mostAnswerBytes = 4 * 1024 * 1024;
const spacing = 1000;

const values = `[${Array.from({ length: dimension }, (_, at) => (at + 1) / 1000).join(",")}]`;
const filler = "What a customer wrote down about something that others may look for later. ".repeat(4);

type Kind = "equal" | "create" | "page" | "text" | "orphan";
const kinds: readonly Kind[] = ["create", "page", "text", "orphan"];
const kindOf = (at: number): Kind =>
  at % spacing === 500 ? (kinds[Math.floor(at / spacing) % 4] ?? "equal") : "equal";
const idOf = (at: number) => `record-${String(at).padStart(9, "0")}`;
const stands = (side: string, at: number) => kindOf(at) !== (side === "source" ? "orphan" : "create");

/** What statistics say of a side: what its listing gives, or the analysis waits for the rest. */
function countOf(side: string): number {
  let count = records;
  for (let at = spacing / 2; at < records; at += spacing) if (!stands(side, at)) count--;
  return count;
}

function vectorOf(side: string, at: number, floats = values): string {
  const kind = side === "target" ? kindOf(at) : "equal";
  const text = kind === "text" ? `Edited. ${filler}` : filler;
  const level = side === "target" ? `,"clearance_level":${(at % 3) + 1}` : "";
  const page = kind === "page" ? at + 1 : at;
  return `{"id":"${idOf(at)}","values":${floats},"metadata":{"text":"${at}: ${text}","title":"Record ${at}","page":${page},"tags":["bench"]${level}}}`;
}

function list(side: string, query: URLSearchParams): string {
  const from = Number(query.get("paginationToken") ?? "0");
  const ids: string[] = [];
  let at = from;
  for (; at < records && ids.length < pageSize; at++) if (stands(side, at)) ids.push(`{"id":"${idOf(at)}"}`);
  const pagination = at < records ? `"pagination":{"next":"${at}"},` : "";
  return `{"vectors":[${ids.join(",")}],${pagination}"namespace":"n","usage":{"readUnits":1}}`;
}

function fetched(side: string, query: URLSearchParams): string {
  const vectors = query.getAll("ids").flatMap((id) => {
    const at = Number(id.slice("record-".length));
    return stands(side, at) ? [`"${id}":${vectorOf(side, at)}`] : [];
  });
  return `{"vectors":{${vectors.join(",")}},"namespace":"n","usage":{"readUnits":10}}`;
}

/** The first of them: which come is the index's matter. */
function queried(side: string, topK: number): string {
  const matches: string[] = [];
  for (let at = 0; at < records && matches.length < topK; at++)
    if (stands(side, at)) matches.push(vectorOf(side, at, "[]").replace("{", '{"score":1,'));
  return `{"matches":[${matches.join(",")}],"namespace":"n","usage":{"readUnits":1}}`;
}

/** What was asked, as the service would bill it: bytes of answers, and read units by its published formulas. */
const counted = { bytes: 0, readUnits: 0, requests: 0 };
const gigabytes = (records * (dimension * 4 + 1024)) / 1e9;
const unitsOf: Record<string, (query: URLSearchParams) => number> = {
  "vectors/list": () => 1,
  "vectors/fetch": (query) => Math.max(1, Math.ceil(query.getAll("ids").length / 10)),
  query: () => Math.max(0.25, gigabytes),
};
let linkFree = 0;

async function send(response: ServerResponse, status: number, body: string): Promise<void> {
  const bytes = Buffer.byteLength(body);
  counted.bytes += bytes;
  const now = performance.now();
  linkFree = Math.max(now, linkFree) + (link > 0 ? (bytes / link) * 1000 : 0);
  const waitMs = latencyMs + Math.max(0, linkFree - now);
  if (waitMs >= 1) await pause(waitMs);
  response.writeHead(status, { "content-type": "application/json", "content-length": bytes });
  response.end(body);
}

function describe(name: string, host: string): string {
  return JSON.stringify({
    name,
    dimension,
    metric: "cosine",
    host: `http://${host}/${name}`,
    status: { ready: true, state: "Ready" },
    vector_type: "dense",
    spec: { serverless: { cloud: "aws", region: "us-east-1" } },
  });
}

const server = createServer({ maxHeaderSize: 1 << 20, keepAliveTimeout: 60_000 }, (request, response) => {
  const url = new URL(request.url ?? "/", "http://bench");
  const [, first = "", ...rest] = url.pathname.split("/");
  const path = rest.join("/");
  if (first === "counted") {
    response.end(JSON.stringify(counted));
    Object.assign(counted, { bytes: 0, readUnits: 0, requests: 0 });
    return;
  }
  counted.requests++;
  counted.readUnits += unitsOf[path]?.(url.searchParams) ?? 0;
  if (path === "query") {
    void text(request).then((sent) => {
      const { topK } = z.object({ topK: z.number() }).parse(JSON.parse(sent));
      const answer = queried(first, topK);
      const fits = Buffer.byteLength(answer) <= mostAnswerBytes;
      return send(
        response,
        fits ? 200 : 400,
        fits ? answer : '{"code":3,"message":"Query result exceeds the maximum size of 4MB"}',
      );
    });
    return;
  }
  const body =
    first === "indexes"
      ? describe(path, request.headers.host ?? "")
      : path === "vectors/list"
        ? list(first, url.searchParams)
        : path === "vectors/fetch"
          ? fetched(first, url.searchParams)
          : `{"namespaces":{"n":{"vectorCount":${countOf(first)}}},"totalVectorCount":${countOf(first)},"dimension":${dimension}}`;
  request.resume();
  void send(response, 200, body);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.(`http://127.0.0.1:${address.port}`);
});
process.once("disconnect", () => process.exit(0));
