import os from "node:os";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { OpenedDatabase } from "./contract";
import { KeptRows } from "./kept-rows";
import { openDatabase } from "./open";
import { openTestDatabase } from "./testing";
import { missingServer, startTestServer } from "./testing-server";

const row = z.object({ namespace: z.string(), value: z.number(), exact: z.boolean() });
const columns = `"value", "exact"`;
const ours = `"side" = $1 AND "index" = $2`;
const values = ["source", "one"];

let database: OpenedDatabase;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

const keep = () => new KeptRows(database, { table: "NamespaceCount", columns, where: ours, values, row });
const standing = () =>
  database.rows(row, `SELECT "namespace", ${columns} FROM "NamespaceCount" WHERE ${ours} ORDER BY "namespace"`, values);
const seen = async (kept: ReturnType<typeof keep>) =>
  [...(await kept.look()).values()].sort((one, other) => (one.namespace < other.namespace ? -1 : 1));

const put = (index: string, namespace: string, value: number) =>
  database.run(
    `INSERT INTO "NamespaceCount" ("side", "index", "namespace", "value", "exact") VALUES ('source', $1, $2, $3, true)
     ON CONFLICT ("side", "index", "account", "namespace") DO UPDATE SET "value" = EXCLUDED."value"`,
    [index, namespace, value],
  );

const step = fc.oneof(
  fc.record({
    of: fc.constant("put" as const),
    index: fc.constantFrom("one", "other"),
    name: fc.constantFrom("a", "b", "c", ""),
    value: fc.integer({ min: 0, max: 9 }),
  }),
  fc.record({ of: fc.constant("remove" as const), name: fc.constantFrom("a", "b", "c", "") }),
  fc.record({
    of: fc.constant("move" as const),
    from: fc.constantFrom("one", "other"),
    name: fc.constantFrom("a", "b"),
  }),
  fc.record({ of: fc.constant("truncate" as const) }),
  fc.record({ of: fc.constant("look" as const) }),
);

describe("kept rows", () => {
  it("are the table's rows after whatever was put, changed, removed or moved, looked at in between or not", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        await database.run(`DELETE FROM "NamespaceCount"`);
        const kept = keep();
        for (const given of steps) {
          if (given.of === "put") await put(given.index, given.name, given.value);
          if (given.of === "remove")
            await database.run(`DELETE FROM "NamespaceCount" WHERE "namespace" = $1`, [given.name]);
          if (given.of === "move")
            await database.run(
              `UPDATE "NamespaceCount" t SET "index" = $2 WHERE t."index" = $1 AND t."namespace" = $3
                AND NOT EXISTS (SELECT FROM "NamespaceCount" o WHERE o."index" = $2 AND o."namespace" = $3)`,
              [given.from, given.from === "one" ? "other" : "one", given.name],
            );
          if (given.of === "truncate") await database.run(`TRUNCATE "NamespaceCount"`);
          if (given.of === "look") expect(await seen(kept)).toEqual(await standing());
        }
        expect(await seen(kept)).toEqual(await standing());
      }),
      { numRuns: 60 },
    );
  });

  it("are read in pages, and keep what stays the same object", async () => {
    await database.run(
      `INSERT INTO "NamespaceCount" ("side", "index", "namespace", "value", "exact")
       SELECT 'source', 'one', 'customer-' || n, n, true FROM generate_series(1, 25000) AS n`,
    );
    const kept = keep();
    const rows = await kept.look();
    expect(rows.size).toBe(25_000);
    const [version, first] = [kept.namesVersion, rows.get("customer-7")];
    await put("one", "customer-7", 1);
    expect((await kept.look()).get("customer-7")).toBe(first);
    expect([first?.value, kept.namesVersion]).toEqual([1, version]);
    await put("one", "new", 1);
    expect((await kept.look()).size).toBe(25_001);
    expect(kept.namesVersion).not.toBe(version);
  });

  it("aren't read again and again where a dump brought them from a server that was further on", async () => {
    await database.run(
      `INSERT INTO "NamespaceCount" ("side", "index", "namespace", "value", "exact") SELECT 'source', 'one', 'customer-' || n, n, true FROM generate_series(1, 50) AS n`,
    );
    await database.run(`ALTER TABLE "NamespaceCount" DISABLE TRIGGER USER`);
    await database.run(`UPDATE "NamespaceCount" SET "changedBy" = "changedBy" + 1000000`);
    await database.run(`ALTER TABLE "NamespaceCount" ENABLE TRIGGER USER`);
    const answered: number[] = [];
    const rows: typeof database.rows = async (schema, text, given) => {
      const found = await database.rows(schema, text, given);
      answered.push(found.length);
      return found;
    };
    const counted = { ...database, rows };
    const kept = new KeptRows(counted, { table: "NamespaceCount", columns, where: ours, values, row });
    expect((await kept.look()).size).toBe(50);
    answered.length = 0;
    await put("one", "customer-7", 1);
    expect((await kept.look()).get("customer-7")?.value).toBe(1);
    expect(answered).toEqual([1]);
  });

  it("show everybody what was committed before they asked, however many ask at once", async () => {
    const kept = keep();
    const looks: Promise<void>[] = [];
    for (let value = 0; value < 20; value++) {
      await put("one", "a", value);
      looks.push(kept.look().then((rows) => expect(rows.get("a")?.value).toBeGreaterThanOrEqual(value)));
    }
    await Promise.all(looks);
  });
});

describe.runIf(missingServer() === null)("on a server", () => {
  it("show what a transaction wrote that began before the last look and ended after it", async () => {
    const server = await startTestServer();
    const shared = await openDatabase({ url: await server.create(), dataDir: os.tmpdir() });
    const slow = await shared.pool.connect();
    try {
      const kept = new KeptRows(shared, { table: "NamespaceCount", columns, where: ours, values, row });
      const insert = (name: string) =>
        `INSERT INTO "NamespaceCount" ("side", "index", "namespace", "value", "exact") VALUES ('source', 'one', '${name}', 1, true)`;
      await slow.query("BEGIN");
      await slow.query(insert("slow"));
      for (const name of ["quick", "quicker"]) {
        await shared.run(insert(name));
        expect((await kept.look()).has(name)).toBe(true);
      }
      expect((await kept.look()).size).toBe(2);
      await slow.query("COMMIT");
      expect([...(await kept.look()).keys()]).toContain("slow");
    } finally {
      slow.release();
      await shared.close();
      await server.stop();
    }
  });
});
