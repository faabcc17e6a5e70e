import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { indexes, namespaceOf, type Services, startServices } from "@/bench/services";
import { type PostgresProcess, startPrograms } from "@/lib/db/testing-process";
import { runSchema } from "@/lib/shapes/runs/run";
import { wheelPrograms } from "@/scripts/pgvector/wheel";
import { Server } from "./server";

/** Of each namespace, of which one process has one at a time. */
const records = 100;
const namespaces = 9;
const all = records * namespaces;
const batch = 5;
const kills = 10;
const dimension = 256;

const say = (line: string) => void process.stderr.write(`Portage: ${line}\n`);
/** Portage's own database and the table stand on it; `null` where none can be had, which `npm test -- --no-skips` takes for a failure. */
const programs = await wheelPrograms(say).catch((error: unknown) => {
  if (process.env.PORTAGE_TEST_NO_SKIPS === "1") throw error;
  say(`skipping workers that write to PostgreSQL: ${error instanceof Error ? error.message : String(error)}`);
  return null;
});

let services: Services | undefined;
let postgres: PostgresProcess | undefined;
let processes: Server[] = [];
const clients: pg.Client[] = [];
let folder: string;

afterEach(async () => {
  await Promise.all(processes.map((one) => one.kill()));
  await Promise.all(clients.map((client) => client.end()));
  await Promise.all([services?.close(), postgres?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

/** What asks a database on the server, which is made here. */
async function askedAt(server: PostgresProcess, name: string) {
  const url = server.url.replace(/postgres$/, name);
  const first = new pg.Client({ connectionString: server.url });
  await first.connect();
  await first.query(`CREATE DATABASE ${name}`);
  await first.end();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  clients.push(client);
  return { url, rows: async (text: string, values: unknown[] = []) => (await client.query(text, values)).rows };
}

test.skipIf(programs === null)(
  "three processes share a run into a table with pgvector, and one of them is killed ten times: each row is there once, as it should be",
  async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "portage-workers-"));
    const [started, server] = await Promise.all([
      startServices({ records, namespaces }),
      startPrograms(programs ?? ""),
    ]);
    services = started;
    postgres = server;
    const own = await askedAt(server, "own");
    const vectors = await askedAt(server, "vectors");
    await vectors.rows("CREATE EXTENSION vector");
    const environment = {
      ...started.environment,
      PORTAGE_MODE: "live",
      DATABASE_URL: own.url,
      PORTAGE_SECRET_KEY: randomBytes(32).toString("hex"),
      PINECONE_OLD_INDEX: indexes.source,
      GEMINI_OUTPUT_DIMENSIONS: String(dimension),
      EMBEDDING_BATCH_SIZE: String(batch),
      UPSERT_BATCH_SIZE: String(batch),
      // Slow enough that ten kills fall into the run, whichever goes on meanwhile.
      GEMINI_REQUESTS_PER_MINUTE: "600",
      GEMINI_TOKENS_PER_MINUTE: "1000000000",
    };
    processes = (["serve", "worker", "worker"] as const).map(
      (verb, at) => new Server({ ...environment, PORTAGE_DATA_DIR: path.join(folder, String(at)) }, verb),
    );
    const [first] = processes;
    if (first === undefined) throw new Error("no process");
    await first.start();
    await Promise.all(processes.slice(1).map((one) => one.start()));
    await first.ask(z.unknown(), "POST", "/connections", {
      ...{ name: "pg", kind: "pgvector", settings: { address: vectors.url }, untested: true },
    });
    const definition = {
      source: { connection: "source", collection: indexes.source },
      target: { connection: "pg", collection: "shared" },
      vectors: { from: "text", text: { keys: ["text"] } },
    };
    await first.ask(z.unknown(), "POST", "/routes", { name: "to-table", definition });
    const names = Array.from({ length: namespaces }, (_, number) => namespaceOf(number));
    const begun = { namespaces: names, route: "to-table" };
    const { run } = await first.ask(z.object({ run: runSchema }), "POST", "/reembed", begun);

    const sum = z.tuple([z.object({ written: z.coerce.number(), owners: z.coerce.number() })]);
    const now = async () => {
      const rows = await own.rows(
        `SELECT coalesce(sum("written"), 0) AS written, count(DISTINCT "leaseOwner") FILTER (WHERE "leaseUntil" > now()) AS owners FROM "Segment" WHERE "runId" = $1`,
        [run.id],
      );
      return sum.parse(rows)[0];
    };
    let together = 0;
    for (let killed = 0; killed < kills; killed++) {
      const goal = Math.floor((all * (killed + 0.5)) / (kills + 1));
      for (let seen = await now(); seen.written < goal; seen = await now()) {
        together = Math.max(together, seen.owners);
        await delay(10);
      }
      const victim = processes[killed % processes.length];
      const { pid } = victim ?? {};
      await victim?.kill();
      // As if its lease had run out, which takes a quarter of a minute.
      await own.rows(`UPDATE "Segment" SET "leaseUntil" = now() WHERE "leaseOwner" LIKE $1 AND "leaseUntil" > now()`, [
        `%:${pid}`,
      ]);
      await victim?.start();
    }
    expect(together).toBe(processes.length);
    const isOver = ({ state }: z.infer<typeof runSchema>) =>
      ["succeeded", "succeeded-with-findings", "failed"].includes(state);
    let last = await first.ask(runSchema, "GET", `/runs/${run.id}`);
    for (; !isOver(last); last = await first.ask(runSchema, "GET", `/runs/${run.id}`)) await delay(50);

    expect(last).toMatchObject({ state: "succeeded", total: all, verified: { ok: namespaces, failed: 0 } });
    expect(last.outcome).toEqual({ written: all, unchanged: 0, skipped: 0, failed: 0, drifted: 0 });
    for (const name of names) {
      const source = await started.source.records(indexes.source, name);
      expect(
        await vectors.rows(
          "SELECT id, metadata, vector_dims(embedding) AS dimension FROM shared WHERE namespace = $1 ORDER BY id",
          [name],
        ),
      ).toEqual(source.map(({ id, metadata }) => ({ id, metadata, dimension })));
    }
    expect(await vectors.rows("SELECT count(*)::int AS rows FROM shared")).toEqual([{ rows: all }]);
    const { writes } = await started.source.counters();
    expect(writes[indexes.source] ?? 0).toBe(0);
  },
);
