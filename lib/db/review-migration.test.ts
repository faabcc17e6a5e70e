import pg from "pg";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { Bitmap } from "@/lib/plan/bitmap";
import { embeddedConnector } from "./database";
import type { Running } from "./embedded/start";
import { startHere } from "./embedded/start-here";
import { migrate, readMigrations } from "./migrate";

let running: Running;
afterEach(() => running.close());

const sizes = { create: 20, update: 9 } as const;
const exclusionRow = z.object({ kind: z.string(), sequence: z.number(), count: z.number(), members: z.string() });

test("what was excluded before exclusions were bitmaps stays excluded, and IDs of older plans are found", async () => {
  running = await startHere({ folder: null });
  const client = new pg.Client(embeddedConnector(running.control).client);
  await client.connect();
  const migrations = readMigrations();
  const at = migrations.findIndex(({ name }) => name.endsWith("_review"));
  await migrate(client, migrations.slice(0, at));
  const out: Record<string, number[]> = {
    "create 0": [0, 7, 8, 19],
    "update 0": [...Array(sizes.update).keys()],
    "update 1": [8],
  };
  await client.query(
    `INSERT INTO "Plan" ("id", "kind", "state", "namespaces", "settings", "settingsHash", "createdBy") VALUES ('p', 'mirror', 'ready', '{n}', '{}', '', 'x')`,
  );
  for (const sequence of [0, 1]) {
    await client.query(
      `INSERT INTO "Chunk" ("planId", "namespace", "sequence", "firstId", "lastId", "creates", "unchanged", "orphans", "createCount", "updates")
       VALUES ('p', 'n', $1, 'a', 'z', '{}', 0, '{}', $2, $3)`,
      [sequence, sizes.create, sizes.update],
    );
    await client.query(
      `INSERT INTO "Change" ("planId", "namespace", "kind", "sequence", "position", "id")
       SELECT 'p', 'n', 'update', $1, at, 'id-' || at FROM generate_series(0, $2::int - 1) AS at`,
      [sequence, sizes.update],
    );
  }
  for (const [name, positions] of Object.entries(out)) {
    const [kind, sequence] = name.split(" ");
    await client.query(
      `INSERT INTO "Exclusion" ("planId", "namespace", "kind", "sequence", "position") SELECT 'p', 'n', $1, $2, unnest($3::int[])`,
      [kind, Number(sequence), positions],
    );
  }
  await migrate(client, migrations);
  const { rows } = await client.query(`SELECT "kind", "sequence", "count", "members" FROM "Exclusion"`);
  const found = z
    .array(exclusionRow)
    .parse(rows)
    .map((row) => [`${row.kind} ${row.sequence}`, Bitmap.decode(row.members, row.count).positions()]);
  expect(Object.fromEntries(found)).toEqual(out);
  const rosters = await client.query(`SELECT "ids" FROM "ChangeRoster" WHERE "sequence" = 1`);
  expect(z.array(z.object({ ids: z.string() })).parse(rosters.rows)).toEqual([
    { ids: [...Array(sizes.update).keys()].map((position) => `id-${position}`).join("\u001f") },
  ]);
  await client.end();
});
