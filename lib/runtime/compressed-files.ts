import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";

/** Beside a file stands the same compressed by Brotli: the build of the pages makes it. */
const suffix = ".br";
const types: Record<string, string> = {
  ".js": "application/javascript; charset=UTF-8",
  ".css": "text/css; charset=UTF-8",
};

/**
 * Answers requests for the pages' scripts and styles as the build compressed them, by some 15 % smaller than compressing at every request makes
 * them. Only files that were there at the start are known, so that no address leads elsewhere. Their names change with their contents: they may be kept.
 * @param folder what `/_next/static/` stands for
 * @returns whether the request was answered: everything else is left to whoever answers otherwise
 */
export function compressedFiles(folder: string): (request: IncomingMessage, response: ServerResponse) => boolean {
  const known = new Map<string, { file: string; type: string }>();
  for (const name of existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : []) {
    const plain = name.slice(0, -suffix.length);
    const type = types[path.extname(plain)];
    if (name.endsWith(suffix) && type)
      known.set(`/_next/static/${plain.split(path.sep).join("/")}`, { file: path.join(folder, name), type });
  }
  return (request, response) => {
    const found = request.method === "GET" ? known.get((request.url ?? "").split("?")[0] ?? "") : undefined;
    if (!found || !takesBrotli(request.headers["accept-encoding"])) return false;
    void readFile(found.file).then(
      (content) => {
        response.writeHead(200, {
          "Content-Type": found.type,
          "Content-Encoding": "br",
          "Content-Length": content.length,
          "Cache-Control": "public, max-age=31536000, immutable",
          Vary: "Accept-Encoding",
        });
        response.end(content);
      },
      // Another build took its place: whoever asks again gets the pages of that one.
      () => response.writeHead(404).end(),
    );
    return true;
  };
}

function takesBrotli(accepted: string | string[] | undefined): boolean {
  return String(accepted ?? "")
    .split(",")
    .map((part) => part.trim().split(/\s*;\s*/))
    .some(([coding, quality]) => coding?.toLowerCase() === "br" && !/^q=0(\.0*)?$/.test(quality ?? ""));
}
