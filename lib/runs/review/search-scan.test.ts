import { afterAll, beforeAll, expect, test } from "vitest";
import type { OpenedDatabase, Sql } from "@/lib/db/contract";
import { openTestDatabase } from "@/lib/db/testing";
import { readDirectory } from "./change-directory";
import { SearchScan } from "./search-scan";

let database: OpenedDatabase;
const chunks = 120;
const filter = { planId: "p", kind: "update" } as const;

beforeAll(async () => {
  database = await openTestDatabase();
  await database.run(
    `INSERT INTO "Plan" ("id", "kind", "state", "namespaces", "settings", "settingsHash", "createdBy") VALUES ('p', 'mirror', 'ready', '{a,b}', '{}', '', 'x')`,
  );
  const place = `CASE WHEN at < 70 THEN 'a' ELSE 'b' END, at`;
  await database.run(
    `INSERT INTO "Chunk" ("planId", "namespace", "sequence", "firstId", "lastId", "creates", "unchanged", "orphans", "updates")
     SELECT 'p', ${place}, '', '', '{}', 0, '{}', 3 FROM generate_series(0, $1::int - 1) AS at`,
    [chunks],
  );
  await database.run(
    `INSERT INTO "ChangeRoster" ("planId", "kind", "namespace", "sequence", "ids")
     SELECT 'p', 'update', ${place}, 'id-' || at || E'\\x1fother-' || at || E'\\x1fid-' || at || '-again' FROM generate_series(0, $1::int - 1) AS at`,
    [chunks],
  );
});
afterAll(() => database.close());

/** Lets the time be over after each look into the database. */
function slowly(until: number): Sql {
  return {
    run: (text, values) => database.run(text, values),
    async rows(row, text, values) {
      const rows = await database.rows(row, text, values);
      while (performance.now() < until) await new Promise((next) => setImmediate(next));
      return rows;
    },
  };
}

test("a search goes on where its time was over, and finds in the end what one without a limit finds", async () => {
  const directory = await readDirectory(database, "p", "update");
  const scan = new SearchScan(filter, directory, "id-");
  await scan.advance(database, performance.now());
  expect([scan.done, scan.found.count]).toEqual([false, 0]);
  const counts: number[] = [];
  while (!scan.done) {
    const until = performance.now() + 20;
    await scan.advance(slowly(until), until);
    counts.push(scan.found.count);
  }
  expect(counts.length).toBeGreaterThan(1);
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(scan.found.places()).toEqual(Array.from({ length: chunks * 3 }, (_, at) => at).filter((at) => at % 3 !== 1));
});

test("two who ask for the same search at once do its work once, and both have the whole", async () => {
  const scan = new SearchScan(filter, await readDirectory(database, "p", "update"), "other-7");
  await Promise.all([scan.advance(database, null), scan.advance(database, null)]);
  expect(scan.found.places()).toEqual([7, ...Array.from({ length: 10 }, (_, at) => 70 + at)].map((at) => at * 3 + 1));
});

test("a search that failed on its way goes on from there", async () => {
  const scan = new SearchScan({ ...filter, namespace: "b" }, await readDirectory(database, "p", "update"), "-again");
  const broken: Sql = { run: () => Promise.reject(new Error("gone")), rows: () => Promise.reject(new Error("gone")) };
  await expect(scan.advance(broken, null)).rejects.toThrow("gone");
  await scan.advance(database, null);
  expect([scan.done, scan.found.count]).toEqual([true, 50]);
});
