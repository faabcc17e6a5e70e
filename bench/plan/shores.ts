/**
 * Two indexes whose pages are worked out while they are asked for, in a process of their own: a source of `BENCH_RECORDS` records and a
 * target that differs in every thousandth: lacks it, holds it with other metadata or another text, or holds it alone.
 */
import { createServer } from "node:http";

const records = Number(process.env.BENCH_RECORDS ?? "100000");
const dimension = Number(process.env.BENCH_DIMENSION ?? "1536");
const pageSize = 100;
const spacing = 1000;

const values = `[${Array.from({ length: dimension }, (_, at) => (at + 1) / 1000).join(",")}]`;
const filler = "What a customer wrote down about something that others may look for later. ".repeat(4);

type Kind = "equal" | "create" | "page" | "text" | "orphan";
const kinds: readonly Kind[] = ["create", "page", "text", "orphan"];
const kindOf = (at: number): Kind =>
  at % spacing === 500 ? (kinds[Math.floor(at / spacing) % 4] ?? "equal") : "equal";
const idOf = (at: number) => `record-${String(at).padStart(9, "0")}`;
const stands = (side: string, at: number) => kindOf(at) !== (side === "source" ? "orphan" : "create");

function vectorOf(side: string, at: number): string {
  const kind = side === "target" ? kindOf(at) : "equal";
  const text = kind === "text" ? `Edited. ${filler}` : filler;
  const level = side === "target" ? `,"clearance_level":${(at % 3) + 1}` : "";
  const page = kind === "page" ? at + 1 : at;
  return `{"id":"${idOf(at)}","values":${values},"metadata":{"text":"${at}: ${text}","title":"Record ${at}","page":${page},"tags":["bench"]${level}}}`;
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
  const body =
    first === "indexes"
      ? describe(path, request.headers.host ?? "")
      : path === "vectors/list"
        ? list(first, url.searchParams)
        : path === "vectors/fetch"
          ? fetched(first, url.searchParams)
          : `{"namespaces":{"n":{"vectorCount":${records}}},"totalVectorCount":${records},"dimension":${dimension}}`;
  request.resume();
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.(`http://127.0.0.1:${address.port}`);
});
process.once("disconnect", () => process.exit(0));
