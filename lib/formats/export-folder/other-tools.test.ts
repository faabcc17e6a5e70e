import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it } from "vitest";
import { content, exported, inScratch, record } from "./testing";

it("is read by DuckDB with the types that Pinecone's import asks for, bit for bit", async () => {
  await inScratch(async (root) => {
    const sparse = { indices: Uint32Array.of(4_294_967_295, 7), values: Float32Array.of(0.5, 0.25) };
    const values = Float32Array.of(0.1, -0, 1e-45);
    await exported(root, {
      "": [record("b", { values, metadata: '{"n":12345678901234567890}' }), record("a😀", { metadata: null, sparse })],
      many: Array.from({ length: 6000 }, (_, number) => record(`id-${number}`, { metadata: "x".repeat(number % 300) })),
    });
    await exported(
      path.join(root, "sparse"),
      { one: [record("s", { values: null, sparse })] },
      { content: { ...content, dimension: null } },
    );
    const database = await (await DuckDBInstance.create(":memory:")).connect();
    const rows = async (query: string) => (await database.runAndReadAll(query)).getRowsJson();
    const place = `'${root}/__default__/*.parquet'`;
    expect((await rows(`describe select * from ${place}`)).map(([name, type]) => [name, type])).toEqual([
      ["id", "VARCHAR"],
      ["values", "FLOAT[]"],
      ["sparse_values", 'STRUCT(indices UINTEGER[], "values" FLOAT[])'],
      ["metadata", "VARCHAR"],
    ]);
    expect(await rows(`select id, sparse_values, metadata from ${place}`)).toEqual([
      ["a😀", { indices: [4294967295, 7], values: [0.5, 0.25] }, null],
      ["b", null, '{"n":12345678901234567890}'],
    ]);
    const read = (await database.runAndReadAll(`select unnest(values) from ${place} where id = 'b'`)).getRows();
    expect(read.map(([value]) => value)).toEqual([...values]);
    expect(
      await rows(
        `select sum(len(metadata))::int, count(distinct id)::int, sum(len(values))::int from '${root}/many/*.parquet'`,
      ),
    ).toEqual([[6000 * 149.5, 6000, 18_000]]);
    expect((await rows(`select * from '${root}/sparse/one/*.parquet'`))[0]?.slice(0, 2)).toEqual([
      "s",
      { indices: [4294967295, 7], values: [0.5, 0.25] },
    ]);
    database.closeSync();
  });
});
