import PQueue from "p-queue";
import { z } from "zod";

const listSchema = z.object({
  vectors: z.array(z.object({ id: z.string() })),
  pagination: z.object({ next: z.string() }).optional(),
});

/**
 * The ceiling: lists both sides at once, a page ahead, and fetches the records of both, `concurrency` requests at a time. Compares
 * nothing, checks nothing, keeps nothing, paces nothing; with `"bytes"` it doesn't even read the records' JSON. Answers seconds.
 */
export async function bare(url: string, concurrency: number, read: "json" | "bytes"): Promise<number> {
  const json = async (address: string): Promise<unknown> => (await fetch(address)).json();
  async function* pages(side: string): AsyncGenerator<string[]> {
    let next: Promise<unknown> | null = json(`${url}/${side}/vectors/list?limit=100&namespace=n`);
    while (next) {
      const page = listSchema.parse(await next);
      const token = page.pagination?.next;
      next = token ? json(`${url}/${side}/vectors/list?limit=100&namespace=n&paginationToken=${token}`) : null;
      yield page.vectors.map(({ id }) => id);
    }
  }
  const queue = new PQueue({ concurrency });
  const started = performance.now();
  const scan = async (side: string) => {
    for await (const ids of pages(side)) {
      await queue.onSizeLessThan(concurrency);
      const query = ids.map((id) => `ids=${id}`).join("&");
      void queue.add(async () => {
        const response = await fetch(`${url}/${side}/vectors/fetch?${query}&namespace=n`);
        await (read === "json" ? response.json() : response.arrayBuffer());
      });
    }
  };
  await Promise.all([scan("source"), scan("target")]);
  await queue.onIdle();
  return (performance.now() - started) / 1000;
}
