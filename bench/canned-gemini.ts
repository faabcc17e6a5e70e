import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const dimension = 3072;
const kinds = 64;

/** Vectors as the service sends them: nine digits, length 1. Rendered once; which text gets which doesn't matter here. */
function render(kind: number): string {
  let state = kind + 1;
  const values = Array.from({ length: dimension }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff - 0.5;
  });
  const norm = Math.hypot(...values);
  return `{"values":[${values.map((value) => (value / norm).toFixed(9)).join(",")}]}`;
}

/**
 * Answers `batchEmbedContents` at hardly any cost of its own, so that a benchmark measures the client and not the embedding.
 * Answers take `latencyMs()` at least.
 */
export async function startCannedGemini(latencyMs: () => number): Promise<{ url: string }> {
  const rendered = Array.from({ length: kinds }, (_, kind) => render(kind));
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const texts = Buffer.concat(parts).toString().split('"parts":').length - 1;
      const answer = `{"embeddings":[${Array.from({ length: texts }, (_, at) => rendered[at % kinds]).join(",")}]}`;
      const send = () => response.writeHead(200, { "content-type": "application/json" }).end(answer);
      const wait = latencyMs();
      if (wait > 0) setTimeout(send, wait);
      else send();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}` };
}
