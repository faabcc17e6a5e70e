import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findParquet } from "./find-parquet";
import { compressors } from "./parquet-compressors";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "portage-parquet-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each(["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI", "ZSTD", "LZ4_RAW"])(
  "reads what is packed with %s",
  async (codec) => {
    const file = path.join(folder, `${codec}.parquet`);
    const database = await (await DuckDBInstance.create(":memory:")).connect();
    await database.run(
      `copy (select 'id-' || i as id, repeat('text ' || i || ' ', 50) as text, [i::float, 0.1::float] as embedding from range(3000) t(i))
       to '${file}' (format parquet, codec '${codec}')`,
    );
    database.closeSync();
    const store = await findParquet(file, ".");
    let count = 0;
    for await (const { id, text, values } of store.collections[0]?.records() ?? []) {
      expect([id, text, [...(values ?? [])]]).toEqual([
        `id-${count}`,
        `text ${count} `.repeat(50),
        [count, Math.fround(0.1)],
      ]);
      count++;
    }
    await store.close();
    expect(count).toBe(3000);
  },
);

it("takes no memory for what a part only claims to hold", () => {
  for (const name of ["GZIP", "BROTLI", "ZSTD", "LZ4", "LZ4_RAW"] as const)
    expect(() => compressors[name]?.(new Uint8Array(10), 2 ** 31)).toThrow("more than is read at once");
});
