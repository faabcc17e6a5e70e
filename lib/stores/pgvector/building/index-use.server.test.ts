import { describe, expect, it } from "vitest";
import { openPgvectorTarget } from "../index";
import { hasPgvector, openTestSchema } from "../testing";

describe.runIf(hasPgvector())("an index that stands", () => {
  it("and that the server would only use by other costs than those that are set is told with the statement that sets them", async () => {
    const schema = await openTestSchema();
    const address = new URL(schema.url);
    const finished = async (pageCost: string) => {
      address.searchParams.set("options", `-c random_page_cost=${pageCost}`);
      const target = openPgvectorTarget(schema.settings({ address: address.href, m: 4, efConstruction: 8 }));
      await target.ensureIndex({ name: "dear", dimension: 8, metric: "cosine" });
      const records = Array.from({ length: 1000 }, (_, row) => ({
        id: `r${row}`,
        values: Array.from({ length: 8 }, (_each, column) => Math.sin(row * 7 + column)),
        metadata: {},
      }));
      for (const part of ["a", "b"]) await target.upsert({ index: "dear", namespace: part }, records);
      const words = (await target.finish?.({ index: "dear" }))?.words.join(" ");
      await target.close();
      return words;
    };
    const dear = await finished("1000");
    expect(dear).toContain("the server reads the whole table for the application's query instead (EXPLAIN)");
    expect(dear).toContain(`ALTER DATABASE "${address.pathname.slice(1)}" SET random_page_cost = 1.1;`);
    expect(await finished("1.1")).toContain("The server uses it for the application's query (EXPLAIN)");
    await schema.drop();
  });
});
