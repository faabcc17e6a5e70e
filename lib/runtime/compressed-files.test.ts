import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as send } from "node:http";
import os from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { compressedFiles } from "./compressed-files";

const home = mkdtempSync(path.join(os.tmpdir(), "portage-compressed-"));
const folder = path.join(home, "static");
mkdirSync(path.join(folder, "chunks"), { recursive: true });
const script = "export const words = 'the same again and again';\n".repeat(50);
writeFileSync(path.join(folder, "chunks", "page-1.js"), script);
writeFileSync(path.join(folder, "chunks", "page-1.js.br"), brotliCompressSync(script));
writeFileSync(path.join(folder, "chunks", "plain-2.js"), script);
writeFileSync(path.join(home, "secret.js.br"), brotliCompressSync("secret"));

const answers = compressedFiles(folder);
const server = createServer((request, response) => {
  if (!answers(request, response)) response.end("left to the pages");
}).listen(0, "127.0.0.1");
afterAll(() => {
  server.close();
  rmSync(home, { recursive: true });
});

async function ask(url: string, encoding: string | undefined, method = "GET") {
  if (!server.listening) await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const headers = encoding === undefined ? {} : { "accept-encoding": encoding };
  const request = send({ host: "127.0.0.1", port, path: url, method, headers }).end();
  const [response] = await once(request, "response");
  return { headers: response.headers, body: await buffer(response) };
}

describe("files that the build compressed", () => {
  it.each(["br", "gzip, deflate, br, zstd", "gzip;q=0.5, br;q=0.9"])(
    "come as they are to whoever takes %s",
    async (accepted) => {
      const { headers, body } = await ask("/_next/static/chunks/page-1.js?dpl=1", accepted);
      expect(headers).toMatchObject({
        "content-type": "application/javascript; charset=UTF-8",
        "content-encoding": "br",
        "cache-control": "public, max-age=31536000, immutable",
        vary: "Accept-Encoding",
      });
      expect(brotliDecompressSync(body).toString()).toBe(script);
      expect(body.length).toBeLessThan(script.length / 10);
    },
  );

  it.each([
    ["another compression", "/_next/static/chunks/page-1.js", "gzip", "GET"],
    ["none", "/_next/static/chunks/page-1.js", undefined, "GET"],
    ["this one expressly not", "/_next/static/chunks/page-1.js", "gzip, br;q=0", "GET"],
    ["a file that wasn't compressed", "/_next/static/chunks/plain-2.js", "br", "GET"],
    ["a way out of the folder", "/_next/static/../secret.js", "br", "GET"],
    ["the head alone", "/_next/static/chunks/page-1.js", "br", "HEAD"],
  ])("are left to the pages where it is %s", async (_what, url, accepted, method) => {
    const { headers, body } = await ask(url, accepted, method);
    expect(headers["content-encoding"]).toBeUndefined();
    expect(body.toString()).toBe(method === "HEAD" ? "" : "left to the pages");
  });
});
