import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { startChroma } from "@/scripts/chroma/start-server";

export const dimension = 768;
export const collection = "pages";
const database = "/api/v2/tenants/default_tenant/databases/default_database";
const recordsAtOnce = 500;
const sentence = "Returns are accepted within thirty days of delivery, and a refund takes up to ten days to arrive. ";
const madeSchema = z.object({ id: z.string() });

/** Numbers that look like a model's, without its work: the same for the same record. */
function vectorOf(record: number): number[] {
  let state = (record + 1) * 2_654_435_761;
  return Array.from({ length: dimension }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return Math.fround(state / 2 ** 31);
  });
}

/** A folder with so many records of one collection, written by a real server of Chroma that is stopped afterwards. */
export async function fill(folder: string, records: number): Promise<void> {
  if (existsSync(path.join(folder, "chroma.sqlite3"))) return;
  const server = await startChroma((line) => void process.stderr.write(`${line}\n`), folder);
  const post = async (place: string, body: object): Promise<unknown> => {
    const answer = await fetch(server.url + place, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${place}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
    return answer.json();
  };
  try {
    // A graph of low quality, which takes a quarter of the time to make: nothing is searched.
    const metadata = { "hnsw:space": "cosine", "hnsw:construction_ef": 20 };
    const { id } = madeSchema.parse(await post(`${database}/collections`, { name: collection, metadata }));
    for (let from = 0; from < records; from += recordsAtOnce) {
      const rows = Array.from({ length: Math.min(recordsAtOnce, records - from) }, (_, at) => from + at);
      await post(`${database}/collections/${id}/add`, {
        ids: rows.map((row) => `contracts/${row % 97}/page-${row}`),
        embeddings: rows.map(vectorOf),
        documents: rows.map((row) => `${row}. ${sentence.repeat(4)}`),
        metadatas: rows.map((row) => ({
          page: row,
          share: row / 7,
          final: row % 2 === 0,
          file: `file-${row % 97}.pdf`,
        })),
      });
    }
  } finally {
    await server.stop();
  }
}
