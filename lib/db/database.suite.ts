import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Database } from "./contract";
import { codeOf } from "./refusals";

const number = z.object({ n: z.number() });

/** What every kind of database must do alike. `open` gives a migrated, empty one. */
export function databaseSuite(name: string, open: () => Promise<Database>): void {
  describe(name, () => {
    let database: Database;

    beforeAll(async () => {
      database = await open();
      await database.run("CREATE TABLE counter (name text PRIMARY KEY, n int NOT NULL)");
    });
    afterAll(async () => {
      // Another test may be given this database.
      await database.run("DROP TABLE counter");
      await database.close();
    });

    const count = async (counter: string) =>
      (await database.rows(number, "SELECT n FROM counter WHERE name = $1", [counter]))[0]?.n;

    it("carries values of every type there and back", async () => {
      const row = z.object({
        whole: z.number(),
        big: z.string(),
        exact: z.string(),
        float: z.number(),
        yes: z.boolean(),
        text: z.string(),
        none: z.null(),
        json: z.object({ a: z.array(z.number()), z: z.null() }),
        list: z.array(z.string()),
        at: z.date(),
        bytes: z.instanceof(Buffer),
      });
      const at = new Date("2026-01-02T03:04:05.678Z");
      const [answer] = await database.rows(
        row,
        `SELECT $1::int AS whole, $2::bigint AS big, $3::numeric AS exact, $4::float8 AS float, $5::bool AS yes, $6::text AS text,
         $7::text AS none, $8::jsonb AS json, $9::text[] AS list, $10::timestamptz AS at, $11::bytea AS bytes`,
        [
          7,
          "9007199254740993",
          "3.50",
          0.1,
          true,
          "é'\"\\\n日本🙂",
          null,
          JSON.stringify({ a: [1, 2], z: null }),
          ['a,"b', "", "{}"],
          at,
          Buffer.from([0, 255, 10]),
        ],
      );
      expect(answer).toEqual({
        whole: 7,
        big: "9007199254740993",
        exact: "3.50",
        float: 0.1,
        yes: true,
        text: "é'\"\\\n日本🙂",
        none: null,
        json: { a: [1, 2], z: null },
        list: ['a,"b', "", "{}"],
        at,
        bytes: Buffer.from([0, 255, 10]),
      });
    });

    it("carries megabytes in one value and thousands of rows in one answer", async () => {
      const text = "0123456789abcdef".repeat(200_000);
      const [long] = await database.rows(z.object({ text: z.string() }), "SELECT $1::text AS text", [text]);
      expect(long?.text).toBe(text);
      const rows = await database.rows(number, "SELECT generate_series(1, 20000)::int AS n");
      expect(rows.map(({ n }) => n).reduce((sum, n) => sum + n, 0)).toBe(200_010_000);
    });

    it("gives Prisma its models, JSON, lists and instants", async () => {
      const at = new Date("2026-05-06T07:08:09.123Z");
      await database.prisma.inventory.create({ data: { side: "source", index: "suite", metric: "cosine", at } });
      const row = await database.prisma.inventory.findFirst({ where: { index: "suite" } });
      expect(row).toMatchObject({ side: "source", metric: "cosine", at });
    });

    it("tells Prisma of a duplicate by its code", async () => {
      await database.prisma.quota.create({ data: { key: "twice" } });
      await expect(database.prisma.quota.create({ data: { key: "twice" } })).rejects.toMatchObject({ code: "P2002" });
    });

    it("carries the SQLSTATE of an error and goes on", async () => {
      const failure = await database.run("SELECT 1/0").catch((error: unknown) => codeOf(error));
      expect(failure).toBe("22012");
      const bound = await database.run("SELECT $1::int", ["x"]).catch((error: unknown) => codeOf(error));
      expect(bound).toBe("22P02");
      expect(await database.rows(number, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
    });

    it("counts the rows that a statement touched", async () => {
      expect(await database.run("INSERT INTO counter VALUES ('touched-1', 0), ('touched-2', 0)")).toBe(2);
      expect(await database.run("UPDATE counter SET n = 1 WHERE name LIKE $1", ["touched-%"])).toBe(2);
      expect(await database.run("DELETE FROM counter WHERE name = 'nobody'")).toBe(0);
    });

    it("rolls a transaction back when its work throws", async () => {
      const work = database.transaction(async (sql) => {
        await sql.run("INSERT INTO counter VALUES ('rolled-back', 1)");
        throw new Error("thrown by the work");
      });
      await expect(work).rejects.toThrow("thrown by the work");
      const failed = database.prisma.$transaction(async (prisma) => {
        await prisma.quota.create({ data: { key: "rolled-back" } });
        throw new Error("thrown by Prisma's work");
      });
      await expect(failed).rejects.toThrow("thrown by Prisma's work");
      expect(await count("rolled-back")).toBeUndefined();
      expect(await database.prisma.quota.findUnique({ where: { key: "rolled-back" } })).toBeNull();
    });

    it("rolls back after a statement failed in the transaction, and lets others in", async () => {
      const work = database.transaction(async (sql) => {
        await sql.run("INSERT INTO counter VALUES ('failed', 1)");
        await sql.run("INSERT INTO counter VALUES ('failed', 2)");
      });
      await expect(work).rejects.toMatchObject({ code: "23505" });
      expect(await count("failed")).toBeUndefined();
    });

    it("loses none of 100 increments made at the same time", async () => {
      await database.run("INSERT INTO counter VALUES ('many', 0)");
      await Promise.all(
        Array.from({ length: 100 }, () =>
          database.transaction(async (sql) => {
            const [row] = await sql.rows(number, "SELECT n FROM counter WHERE name = 'many' FOR UPDATE");
            await sql.run("UPDATE counter SET n = $1 WHERE name = 'many'", [(row?.n ?? 0) + 1]);
          }),
        ),
      );
      expect(await count("many")).toBe(100);
    });

    it("shows nothing of an open transaction to others, and answers them at the latest when it ends", async () => {
      await database.run("INSERT INTO counter VALUES ('open', 1)");
      let read: Promise<number | undefined> = Promise.resolve(undefined);
      await expect(
        database.transaction(async (sql) => {
          await sql.run("UPDATE counter SET n = 2 WHERE name = 'open'");
          read = count("open");
          await sql.run("UPDATE counter SET n = 3 WHERE name = 'open'");
          throw new Error("rolled back");
        }),
      ).rejects.toThrow("rolled back");
      expect(await read).toBe(1);
    });

    it("rolls back what a client left open when it went away", async () => {
      const client = await database.pool.connect();
      await client.query("BEGIN");
      await client.query("INSERT INTO counter VALUES ('abandoned', 1)");
      client.release(true);
      expect(await database.run("INSERT INTO counter VALUES ('abandoned', 2) ON CONFLICT DO NOTHING")).toBe(1);
      expect(await count("abandoned")).toBe(2);
    });

    it("hands notifications to whoever listens, and to nobody else", async () => {
      const heard: string[] = [];
      let told: () => void = () => {};
      const last = new Promise<void>((resolve) => {
        told = resolve;
      });
      const stop = await database.listen("suite_channel", (payload) => {
        heard.push(payload);
        if (payload === "last") told();
      });
      await database.listen("suite_other", (payload) => heard.push(`other: ${payload}`));
      await database.notify("suite_channel", "one");
      await database.transaction((sql) => sql.run("SELECT pg_notify('suite_channel', 'two')"));
      await database
        .transaction(async (sql) => {
          await sql.run("SELECT pg_notify('suite_channel', 'never committed')");
          throw new Error("rolled back");
        })
        .catch(() => {});
      await database.notify("suite_channel", "last");
      await last;
      expect(heard).toEqual(["one", "two", "last"]);
      await stop();
      const again = new Promise<void>((resolve) => {
        void database
          .listen("suite_after", () => resolve())
          .then(() => database.notify("suite_channel", "unheard"))
          .then(() => database.notify("suite_after", ""));
      });
      await again;
      expect(heard).toHaveLength(3);
    });

    it("finds another library's tables by their schema", async () => {
      const pool = database.poolOf("bullmq");
      await pool.query('CREATE SCHEMA IF NOT EXISTS "bullmq"');
      await pool.query("CREATE TABLE bullmq.of_its_own (n int)");
      await pool.query("INSERT INTO of_its_own VALUES (5)");
      expect((await pool.query("SELECT n FROM of_its_own")).rows).toEqual([{ n: 5 }]);
      expect(await database.prisma.quota.count()).toBeGreaterThanOrEqual(0);
    });
  });
}
