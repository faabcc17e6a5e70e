import { Client } from "@elastic/elasticsearch";
import { z } from "zod";
import type { Access } from "@/scripts/elasticsearch/obtained";
import { type Ask, sideBySide } from "./ask";

const pointSchema = z.object({ id: z.string() });
const pageSchema = z.object({
  hits: z.object({
    hits: z.array(
      z.object({ _id: z.string(), _seq_no: z.number(), _primary_term: z.number(), sort: z.tuple([z.number()]) }),
    ),
  }),
});

/** The bodies of all bulk requests: the same fenced updates, in batches of the same size, that Portage sends. */
export async function prepare(ask: Ask, index: string, batch: number): Promise<Buffer[]> {
  const { id } = pointSchema.parse(JSON.parse(await ask("POST", `/${index}/_pit?keep_alive=1m`)));
  const bodies: Buffer[] = [];
  for (let after: number | undefined; ; ) {
    const search = {
      pit: { id, keep_alive: "1m" },
      size: batch,
      sort: [{ _shard_doc: "asc" }],
      seq_no_primary_term: true,
      _source: false,
      track_total_hits: false,
      ...(after === undefined ? {} : { search_after: [after] }),
    };
    const { hits } = pageSchema.parse(JSON.parse(await ask("POST", "/_search", JSON.stringify(search)))).hits;
    if (hits.length === 0) break;
    const lines = hits.map((hit) => {
      const fence = { _index: index, _id: hit._id, if_seq_no: hit._seq_no, if_primary_term: hit._primary_term };
      return `${JSON.stringify({ update: fence })}\n{"doc":{"clearance_level":1}}\n`;
    });
    bodies.push(Buffer.from(lines.join("")));
    after = hits.at(-1)?.sort[0];
  }
  await ask("DELETE", "/_pit", JSON.stringify({ id }));
  return bodies;
}

/** Seconds that a bare loop takes to send prepared requests, so many at once, looking only whether anything failed. */
export async function bare(ask: Ask, bodies: readonly Buffer[], atOnce: number): Promise<number> {
  const started = performance.now();
  await sideBySide(bodies, atOnce, async (body) => {
    const answer = await ask("POST", "/_bulk?filter_path=errors", body);
    if (!answer.includes('"errors":false')) throw new Error(`The bare loop had errors: ${answer.slice(0, 300)}`);
  });
  return (performance.now() - started) / 1000;
}

/** Documents per second of one update by the vendor's client after the other, as simple tools do; measured on a sample of them. */
export async function oneByOne(access: Access, index: string, ids: readonly string[]): Promise<number> {
  const auth =
    "apiKey" in access ? { apiKey: access.apiKey } : { username: access.username, password: access.password };
  const client = new Client({ node: access.url, auth });
  const started = performance.now();
  for (const id of ids) await client.update({ index, id, doc: { clearance_level: 1 } });
  const seconds = (performance.now() - started) / 1000;
  await client.close();
  return ids.length / seconds;
}
