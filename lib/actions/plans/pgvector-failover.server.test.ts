import { once } from "node:events";
import net from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresProcess, startPrograms } from "@/lib/db/testing-process";
import { RouteBook } from "@/lib/routes/open-route";
import { openWorld, records, type World } from "@/lib/runs/testing/testing";
import { openPgvectorTarget } from "@/lib/stores/pgvector";
import { settings } from "@/lib/stores/pgvector/settings";
import { askOnce, hasPgvector } from "@/lib/stores/pgvector/testing";
import { wheelPrograms } from "@/scripts/pgvector/wheel";
import { limits } from "@/scripts/test/limits.mjs";
import { addConnection, addConnectionInput } from "../connections/add-connection";
import { addRoute, addRouteInput } from "../routes/add-route";
import { resumeRun, resumeRunInput } from "../runs/resume-run";
import { readRun } from "../runs/run-view";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import { applyPlan, applyPlanInput } from "./apply-plan";
import { planReembedding } from "./plan-reembedding";
import { readPlan } from "./plan-view";

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const each = 60;
const namespaces = ["a", "b", "c"];
const all = namespaces.length * each;

/** One address whose server changes, as a provider's does at a failover. */
async function openAddress(first: number) {
  let port = first;
  const sockets = new Set<net.Socket>();
  const server = net.createServer((from) => {
    const to = net.connect(port, "127.0.0.1");
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one);
      one
        .on("error", () => {})
        .on("close", () => {
          sockets.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port.");
  return {
    url: `postgresql://portage@127.0.0.1:${address.port}/postgres`,
    leadTo: (other: number) => {
      port = other;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

let missing = "";
const say = (line: string) => process.stderr.write(`Portage: ${line}\n`);
const programs = await (hasPgvector() ? wheelPrograms(say) : Promise.resolve("")).catch((error: unknown) => {
  missing = error instanceof Error ? error.message : String(error);
  say(`skipping servers that are restarted and fail over: ${missing}`);
  return "";
});

/** Set by `npm test -- --no-skips`: what can't be tested counts as failed. */
it("has servers of its own where tests may not be skipped", () => {
  expect(process.env.PORTAGE_TEST_NO_SKIPS === "1" ? missing : "").toBe("");
});

describe.runIf(programs !== "")("a server that ends in the middle of a run", () => {
  let primary: PostgresProcess;
  let replica: PostgresProcess | null = null;
  let address: Awaited<ReturnType<typeof openAddress>>;
  let world: World;
  let book: RouteBook;
  let ctx: Context;

  beforeAll(async () => {
    primary = await startPrograms(programs);
    address = await openAddress(primary.port);
    world = await openWorld({ environment: { PINECONE_API_KEY: "pc-key", UPSERT_BATCH_SIZE: "5" } });
    book = new RouteBook(world.parts);
    world.parts.routes = book;
    ctx = { ...world.parts, wake: async () => {}, actor: "cli:test" };
    await sql("CREATE EXTENSION vector");
    const kept = openPgvectorTarget(settings.parse({ address: address.url }));
    await kept.ensureIndex({ name: "notes", dimension: 8, metric: "cosine" });
    for (const namespace of namespaces) await kept.upsert({ index: "notes", namespace }, records(each, namespace));
    await kept.close();
    const given = { address: address.url, index: "none" };
    await addConnection(ctx, parseInput(addConnectionInput, { name: "pg", kind: "pgvector", settings: given }));
    await world.work();
  });
  afterAll(async () => {
    await world.close();
    await book.close();
    await address.close();
    await replica?.stop();
    await primary.stop();
  });

  /** Asks whichever server the address leads to now. */
  const sql = (text: string) => askOnce(address.url, text);
  /** Begins to copy the notes into a table that takes its time over each row. */
  const begin = async (table: string): Promise<string> => {
    const store = openPgvectorTarget(settings.parse({ address: address.url }));
    await store.ensureIndex({ name: table, dimension: 8, metric: "cosine" });
    await store.close();
    await sql(`CREATE FUNCTION ${table}_slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.02); RETURN NEW; END $$;
      CREATE TRIGGER slow BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION ${table}_slow()`);
    const definition = {
      ...{ source: { connection: "pg", collection: "notes" }, target: { connection: "pg", collection: table } },
      vectors: { from: "source" },
    };
    const route = table.replaceAll("_", "-");
    await addRoute(ctx, parseInput(addRouteInput, { name: route, definition }));
    const { plan, run } = await planReembedding(ctx, { all: true, route });
    expect(await world.until(run.id, ended)).toMatchObject({ state: "succeeded" });
    const { hash } = await readPlan(ctx.database, plan.id);
    const applied = await applyPlan(ctx, parseInput(applyPlanInput, { id: plan.id, hash }));
    return applied.run?.id ?? "";
  };
  const writtenOf = async (table: string) => Number((await sql(`SELECT count(*) AS rows FROM ${table}`))[0]?.rows);
  const rowsToBe = (table: string, least: number) =>
    expect.poll(() => writtenOf(table), { interval: 20, timeout: limits.run }).toBeGreaterThanOrEqual(least);
  const isWhole = async (run: string, table: string) => {
    expect(await world.until(run, ended)).toMatchObject({ state: "succeeded", written: all, failed: 0, drifted: 0 });
    expect(
      await sql(
        `SELECT (SELECT count(*)::int FROM ${table}) AS rows, (SELECT count(*)::int FROM ${table} JOIN notes USING (namespace, id, embedding, metadata)) AS alike`,
      ),
    ).toEqual([{ rows: all, alike: all }]);
  };

  it("goes on by itself when the server is shut down, and when it crashes, and comes back", async () => {
    const run = await begin("restarted");
    for (const [least, how] of [
      [all / 6, "fast"],
      [all / 2, "immediate"],
    ] as const) {
      await rowsToBe("restarted", least);
      await primary.end(how);
      // It meets a server that isn't there.
      await expect
        .poll(async () => (await world.database.prisma.run.findUniqueOrThrow({ where: { id: run } })).waitingFor, {
          interval: 20,
          timeout: limits.run,
        })
        .toContain("PostgreSQL with pgvector");
      await primary.start();
    }
    await isWhole(run, "restarted");
  });

  it("stops when the server is set to read-only, isn't talked out of it, and ends right when it is resumed", async () => {
    const run = await begin("frozen");
    await rowsToBe("frozen", all / 6);
    const freeze = async (value: "on" | "off") => {
      await sql(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
      await sql("SELECT pg_reload_conf()");
    };
    await freeze("on");
    expect(await world.until(run, ended)).toMatchObject({ state: "failed" });
    const { error } = await readRun(ctx.database, run);
    expect(error?.what).toContain("it was set to read-only");
    expect(error?.next).toMatch(/when their disk is nearly full. Then resume the run.$/);
    await freeze("off");
    await resumeRun(ctx, parseInput(resumeRunInput, { id: run }));
    await isWhole(run, "frozen");
  });

  it("goes on by itself on the replica that takes its place, with each row that was committed", async () => {
    replica = await primary.standby();
    // What is committed is on both, as for whoever can't lose any.
    await sql("ALTER SYSTEM SET synchronous_standby_names = '*'");
    await sql("SELECT pg_reload_conf()");
    await expect
      .poll(() => sql("SELECT sync_state FROM pg_stat_replication"), { timeout: limits.run })
      .toEqual([{ sync_state: "sync" }]);
    const run = await begin("failed_over");
    await rowsToBe("failed_over", all / 3);
    await primary.end("immediate");
    address.leadTo(replica.port);
    await sql("SELECT pg_promote()");
    expect(await writtenOf("failed_over")).toBeLessThan(all);
    await isWhole(run, "failed_over");
  });
});
