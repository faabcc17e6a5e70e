import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Database } from "@/lib/db/contract";
import { openDatabase } from "@/lib/db/open";
import { openTestDatabase } from "@/lib/db/testing";
import { freePort } from "@/lib/db/testing-process";
import { missingServer, startTestServer, type TestServer } from "@/lib/db/testing-server";
import { Secret } from "@/lib/secret";
import { missingRedis, startTestRedis } from "../testing/testing-redis";
import { openQueue, type RunJob } from "./queue";

const complaints: string[] = [];
const complain = (details: object, message: string) => void complaints.push(`${message} ${JSON.stringify(details)}`);
const log = { info() {}, warn: complain, error: complain };
afterEach(() => expect(complaints.splice(0)).toEqual([]));

const job = (namespace: string) => ({ id: `run:${namespace}`, data: { runId: "run", namespace } });

/** Remembers calls, and lets a test wait for the nth one. */
function witness<T>() {
  const seen: T[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  return {
    seen,
    saw(value: T) {
      seen.push(value);
      for (const { count, resolve } of waiting) if (seen.length >= count) resolve();
    },
    times: (count: number) =>
      new Promise<void>((resolve) => {
        if (seen.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
  };
}

function queueSuite(name: string, open: () => Promise<Database>, redisUrl: () => Secret | null = () => null): void {
  describe(name, () => {
    let database: Database;
    beforeAll(async () => {
      database = await open();
    });
    afterAll(() => database.close());
    const openOne = () => openQueue({ database, redisUrl: redisUrl(), log });

    it("hands each job to one worker, whatever its namespace is called", async () => {
      const names = ["", "a/b c#%?&:", "日本", "7", ...Array.from({ length: 30 }, (_, i) => `namespace-${i}`)];
      const producer = await openOne();
      for (const name of names) await producer.enqueue(job(name));
      const done = witness<RunJob>();
      const workers = await Promise.all([openOne(), openOne()]);
      for (const worker of workers) {
        await worker.work(
          async (data) => {
            done.saw(data);
            return undefined;
          },
          { concurrency: 4 },
        );
      }
      await done.times(names.length);
      for (const queue of [producer, ...workers]) await queue.close();
      expect(done.seen.map(({ namespace }) => namespace).sort()).toEqual([...names].sort());
    });

    it("takes an ID that is already there once, and again when its job is over", async () => {
      const queue = await openOne();
      await Promise.all([1, 2, 3].map(() => queue.enqueue(job("twice"))));
      const done = witness<RunJob>();
      await queue.work(
        async (data) => {
          done.saw(data);
          if (done.seen.length === 1) await queue.enqueue(job("marker"));
          return undefined;
        },
        { concurrency: 1 },
      );
      await done.times(2);
      expect(done.seen.map(({ namespace }) => namespace)).toEqual(["twice", "marker"]);
      await queue.close();
      const later = await openOne();
      await later.enqueue(job("twice"));
      await later.work(
        async (data) => {
          done.saw(data);
          return undefined;
        },
        { concurrency: 1 },
      );
      await done.times(3);
      await later.close();
    });

    it("brings a job up again when it asks for it, and starts a delayed one no earlier", async () => {
      const queue = await openOne();
      const started = Date.now();
      const done = witness<number>();
      await queue.enqueue({ ...job("delayed"), delayMs: 200 });
      await queue.work(
        async () => {
          done.saw(Date.now() - started);
          return done.seen.length === 1 ? { againInMs: 100 } : undefined;
        },
        { concurrency: 1 },
      );
      await done.times(2);
      await queue.close();
      expect(done.seen[0]).toBeGreaterThanOrEqual(200);
      expect(done.seen[1]).toBeGreaterThanOrEqual(300);
    });

    it("gives the jobs of a worker that closes to another one", async () => {
      const closing = await openOne();
      const other = await openOne();
      const started = witness<RunJob>();
      await closing.work(
        async (data, signal) => {
          started.saw(data);
          await once(signal, "abort");
          return { againInMs: 0 };
        },
        { concurrency: 1 },
      );
      await closing.enqueue(job("handed-over"));
      await started.times(1);
      await closing.close();
      const done = witness<RunJob>();
      await other.work(
        async (data) => {
          done.saw(data);
          return undefined;
        },
        { concurrency: 1 },
      );
      await done.times(1);
      await other.close();
      expect(done.seen).toEqual(started.seen);
    });
  });
}

queueSuite("queue in the embedded database", () => openTestDatabase());

it("says that Redis can't be reached, without its password", async () => {
  const database = await openTestDatabase();
  const redisUrl = new Secret(`redis://:swordfish@127.0.0.1:${await freePort()}`);
  const opening = openQueue({ database, redisUrl, log: { ...log, warn() {} }, answerWithinMs: 300 });
  await expect(opening).rejects.toMatchObject({ code: "redis-unreachable", kind: "usage" });
  await expect(opening).rejects.not.toThrow(/swordfish/);
  await database.close();
});

const redisMissing = missingRedis();
describe.skipIf(redisMissing !== null)(`on Redis${redisMissing ? ` (${redisMissing})` : ""}`, () => {
  let redis: Awaited<ReturnType<typeof startTestRedis>>;
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis.stop());
  queueSuite(
    "queue on Redis",
    () => openTestDatabase(),
    () => redis.url,
  );
});

describe.skipIf(missingServer() !== null)(`on a real server${missingServer() ? ` (${missingServer()})` : ""}`, () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());
  const openAt = (url: Secret) => openDatabase({ url, dataDir: "" });

  queueSuite("queue on a PostgreSQL server", async () => openAt(await server.create()));

  it("gives the job of a worker that was killed to another one", async () => {
    const deadAfterMs = 1_000;
    const url = await server.create();
    const database = await openAt(url);
    const queue = await openQueue({ database, redisUrl: null, log, deadAfterMs });
    await queue.enqueue(job("orphaned"));
    const child = fork(path.join(import.meta.dirname, "queue.test-worker.ts"), [url.reveal(), String(deadAfterMs)], {
      execArgv: ["--import", "tsx"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    expect(await once(child, "message")).toContain("orphaned");
    child.kill("SIGKILL");
    await once(child, "exit");
    const done = witness<RunJob>();
    await queue.work(
      async (data) => {
        done.saw(data);
        return undefined;
      },
      { concurrency: 1 },
    );
    await done.times(1);
    expect(done.seen).toEqual([{ runId: "run", namespace: "orphaned" }]);
    await queue.close();
    await database.close();
  });
});
