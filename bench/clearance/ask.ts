import { Agent, request } from "node:http";
import type { Access } from "@/scripts/elasticsearch/obtained";
import { authorization } from "@/scripts/elasticsearch/wait-for-health";

/** One request of a bare client: nothing but HTTP, over connections that are kept. Answers the body as it came. */
export type Ask = (method: string, path: string, body?: string | Buffer) => Promise<string>;

/** @throws Error for every status but 2xx */
export function bareClient(access: Access, connections: number): { ask: Ask; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const credentials = authorization(access);
  const ask: Ask = (method, path, body) =>
    new Promise((resolve, reject) => {
      const type = path.includes("_bulk") ? "application/x-ndjson" : "application/json";
      const headers = {
        authorization: credentials,
        ...(body === undefined ? {} : { "content-type": type, "content-length": Buffer.byteLength(body) }),
      };
      const sent = request(access.url + path, { method, agent, headers }, (answer) => {
        const pieces: Buffer[] = [];
        answer.on("data", (piece: Buffer) => pieces.push(piece));
        answer.on("error", reject);
        answer.on("end", () => {
          const text = Buffer.concat(pieces).toString("utf8");
          const status = answer.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve(text);
          else reject(new Error(`${method} ${path}: ${status} ${text.slice(0, 300)}`));
        });
      });
      sent.on("error", reject);
      sent.end(body);
    });
  return { ask, close: () => agent.destroy() };
}

/** Does the work of a list with so many at once. */
export async function sideBySide<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
