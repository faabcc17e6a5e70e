import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { emptyTarget, indexes, namespace, type Services, startServices } from "@/bench/services";
import { missingServer, startTestServer, type TestServer } from "@/lib/db/testing-server";
import { type ScriptedServer, scriptServer } from "@/lib/http/scripted-server.suite";
import { scheduleSchema } from "@/lib/shapes/schedules/schedule";
import { webhookMessageSchema } from "@/lib/shapes/schedules/webhook";
import { limits } from "@/scripts/test/limits.mjs";
import { Server } from "./server";

const given = process.env.TEST_DATABASE_URL ?? "";
const missing = missingServer(given);
/** As IDs are listed 100 a call, planning takes 20 calls one after the other. */
const records = 2000;

let services: Services | undefined;
let postgres: TestServer | undefined;
let receiver: ScriptedServer | undefined;
let client: pg.Client | undefined;
let processes: Server[] = [];
let folder: string;

afterEach(async () => {
  await Promise.all(processes.map((one) => one.kill()));
  await client?.end();
  await Promise.all([receiver?.close(), services?.close(), postgres?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

const endedSchema = z.object({ outcome: z.string(), planId: z.string(), runId: z.string() });

test.skipIf(missing !== null)(
  "a schedule missed while nothing ran is made up for once; of two processes one takes it up, and when that is killed the other ends it",
  async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "portage-schedules-"));
    [services, postgres, receiver] = await Promise.all([
      startServices({ records }),
      startTestServer(given),
      scriptServer(() => ({ status: 204, text: "" })),
    ]);
    const database = await postgres.create();
    const target = await emptyTarget(services);
    const environment = {
      ...services.environment,
      PORTAGE_MODE: "live",
      PORTAGE_DATA_DIR: folder,
      DATABASE_URL: database.reveal(),
      PORTAGE_WEBHOOK_SECRET: "signs what this test receives",
      PORTAGE_WEBHOOK_PRIVATE: "allow",
      PINECONE_OLD_INDEX: indexes.source,
      PINECONE_NEW_INDEX: target,
    };
    const server = new Server(environment);
    const worker = new Server({ ...environment, PORTAGE_DATA_DIR: path.join(folder, "worker") }, "worker");
    processes = [server, worker];
    const sql = new pg.Client({ connectionString: database.reveal() });
    client = sql;
    const read = async <T>(shape: z.ZodType<T>, statement: string) =>
      z.array(shape).parse((await sql.query(statement)).rows);
    /** As if it had been due at the beginning of each of the last ten years. */
    const miss = () => sql.query(`UPDATE "Schedule" SET "nextAt" = now() - interval '10 years'`);
    const ended = () => read(endedSchema, `SELECT "outcome", "planId", "runId" FROM "ScheduledRun" ORDER BY "id"`);
    const runsToBe = (count: number) => vi.waitFor(async () => expect(await ended()).toHaveLength(count), patience);
    const patience = { timeout: limits.run, interval: 50 };

    await server.start();
    await sql.connect();
    const asked = { namespaces: [namespace], cron: "0 0 1 1 *", webhook: `${receiver.url}/hook` };
    await server.ask(z.object({ schedule: scheduleSchema }), "POST", "/schedules", asked);
    await server.kill();
    await miss();
    await Promise.all([server.start(), worker.start()]);
    await runsToBe(1);
    const [next] = await read(z.object({ at: z.date() }), `SELECT "nextAt" AS "at" FROM "Schedule"`);
    expect(next?.at.getTime()).toBeGreaterThan(Date.now());

    // Due again, now that both look at it; slow enough to be killed in the middle.
    await services.latency(150);
    await miss();
    const owner = await vi.waitFor(async () => {
      const [row] = await read(
        z.object({ owner: z.string() }),
        `SELECT "leaseOwner" AS "owner" FROM "Segment" WHERE "leaseUntil" > now() AND "state" = 'running' AND "chunks" > 0`,
      );
      if (row === undefined) throw new Error("nobody is at work");
      return row.owner;
    }, patience);
    const killed = processes.find(({ pid }) => owner.endsWith(`:${pid}`));
    expect(killed).toBeDefined();
    await killed?.kill();
    await services.latency(0);
    await runsToBe(2);
    await vi.waitFor(() => expect(receiver?.seen).toHaveLength(1), patience);
    await vi.waitFor(async () => {
      const delivered = await read(
        z.object({ state: z.string(), attempts: z.number() }),
        `SELECT "state", "attempts" FROM "Delivery"`,
      );
      // The second plan holds what the first one told already.
      expect(delivered).toEqual([{ state: "delivered", attempts: 1 }]);
    }, patience);

    const those = await ended();
    expect(those.map(({ outcome }) => outcome)).toEqual(["review", "review"]);
    const runs = await read(z.object({ id: z.string() }), `SELECT "id" FROM "Run" ORDER BY "createdAt"`);
    expect(runs.map(({ id }) => id)).toEqual(those.map(({ runId }) => runId));
    const plans = await read(z.object({ creates: z.number() }), `SELECT "creates" FROM "Plan"`);
    expect(plans).toEqual(Array(2).fill({ creates: records }));
    const told = receiver.seen.map(({ body }) => webhookMessageSchema.parse(JSON.parse(body)).plan?.id);
    expect(told).toEqual(those.slice(0, 1).map(({ planId }) => planId));
    const { embedded } = await services.gemini.counters();
    expect(embedded.distinct).toBe(0);
  },
);
