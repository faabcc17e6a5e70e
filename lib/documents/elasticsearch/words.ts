import { z } from "zod";
import type { Target, WordsHit, WordsQuestion } from "../contract";
import type { Connection } from "./connection";
import { malformed } from "./failures";
import { inNamespaces } from "./query";

const found = z.object({
  timed_out: z.boolean(),
  _shards: z.object({ failed: z.number() }),
  hits: z.object({
    hits: z.array(
      z.object({
        _index: z.string(),
        _id: z.string(),
        _score: z.number(),
        _source: z.record(z.string(), z.unknown()).default({}),
      }),
    ),
  }),
});

/** Without named fields the server looks in all that can be searched (`index.query.default_field`), and passes over those of other types. */
export async function findByWords(
  connection: Connection,
  target: Target,
  { text, namespaceField, namespaces, size, fields }: WordsQuestion,
  signal?: AbortSignal,
): Promise<WordsHit[]> {
  const body = await connection.call({ operation: "find", signal }, found, (client, options) =>
    client.search(
      {
        index: [...target],
        // A shard that failed would silently be missing from the answer.
        allow_partial_search_results: false,
        size,
        track_total_hits: false,
        query: {
          bool: {
            must: [{ multi_match: { query: text } }],
            ...(namespaces !== "all" && { filter: [inNamespaces(namespaceField, namespaces)] }),
          },
        },
        _source: [...fields],
      },
      options,
    ),
  );
  if (body.timed_out || body._shards.failed > 0) throw malformed("find", "Some shards gave no answer");
  return body.hits.hits.map(({ _index, _id, _score, _source }) => ({
    ...{ index: _index, id: _id, score: _score, source: _source },
  }));
}
