import { createHmac } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { OpenedDatabase } from "@/lib/db/contract";
import { openTestDatabase } from "@/lib/db/testing";
import { type Reply, type ScriptedServer, type Seen, scriptServer } from "@/lib/http/scripted-server.suite";
import { Secret } from "@/lib/secret";
import { type WebhookMessage, webhookMessageSchema } from "@/lib/shapes/schedules/webhook";
import { type DeliveryParts, deliverDue } from "./deliver";
import { putDelivery } from "./outbox";
import { mostAttempts } from "./pauses";

const start = new Date("2030-01-01T00:00:00Z");
const hours = (count: number) => new Date(start.getTime() + count * 3_600_000);
const key = "the key of the test, long enough";

let database: OpenedDatabase;
let receiver: ScriptedServer;
let answer: (seen: Seen) => Reply | Promise<Reply>;
let warned: string[];
let informed: string[];
let parts: DeliveryParts;
const deliver = (now: Date, signal = new AbortController().signal) => deliverDue(parts, now, signal);
const stored = (id: string) => database.prisma.delivery.findUniqueOrThrow({ where: { id } });

async function put(id: string): Promise<WebhookMessage> {
  const message: WebhookMessage = {
    version: 2,
    id,
    event: "plan.waiting",
    at: start.toISOString(),
    schedule: { id: "s", namespaces: ["a"], namespaceTotal: 1, cron: "0 3 * * *", timezone: "UTC" },
    scheduledRun: {
      outcome: "review",
      words: "p waits: ü.",
      startedAt: start.toISOString(),
      endedAt: start.toISOString(),
    },
    plan: null,
    run: null,
  };
  await database.transaction((sql) => putDelivery(sql, message));
  return message;
}

beforeEach(async () => {
  database = await openTestDatabase();
  answer = () => ({ status: 204, text: "" });
  receiver = await scriptServer((seen) => answer(seen));
  [warned, informed] = [[], []];
  const log = {
    info: (_details: object, message: string) => void informed.push(message),
    warn: (_details: object, message: string) => void warned.push(message),
  };
  parts = { database, config: { mode: "sandbox", webhookPrivate: false, webhookSecret: new Secret(key) }, log };
  const webhook = `${receiver.url}/hook?token=hidden`;
  await database.prisma.schedule.create({
    data: { id: "s", namespaces: ["a"], cron: "0 3 * * *", timezone: "UTC", nextAt: start, createdBy: "test", webhook },
  });
});
afterEach(async () => {
  await receiver.close();
  await database.close();
});

it("posts the message as it was put down, signed, once", async () => {
  const message = await put("d1");
  await deliver(start);
  await deliver(hours(1));
  expect(receiver.seen).toHaveLength(1);
  const [seen] = receiver.seen;
  expect([seen?.method, seen?.url.pathname, seen?.headers["content-type"]]).toEqual([
    "POST",
    "/hook",
    "application/json; charset=utf-8",
  ]);
  expect(webhookMessageSchema.parse(JSON.parse(seen?.body ?? ""))).toEqual(message);
  const seconds = String(start.getTime() / 1000);
  const mac = createHmac("sha256", key).update(`d1.${seconds}.${seen?.body}`).digest("base64");
  expect(seen?.headers).toMatchObject({
    "webhook-id": "d1",
    "webhook-timestamp": seconds,
    "webhook-signature": `v1,${mac}`,
  });
  expect(await stored("d1")).toMatchObject({ state: "delivered", attempts: 1, lastStatus: 204, deliveredAt: start });
});

it("tries again after a refusal, a cut connection and a redirect, always as the same message; follows no redirect", async () => {
  const replies: Reply[] = [
    { status: 500 },
    "reset",
    { status: 302, headers: { location: "/elsewhere" } },
    { status: 200 },
  ];
  answer = () => replies.shift() ?? { status: 200 };
  await put("d1");
  const words: (string | null)[] = [];
  for (const hour of [0, 1, 2, 3]) {
    await deliver(hours(hour));
    words.push((await stored("d1")).lastWords);
  }
  expect(words).toEqual([
    "HTTP 500",
    "There was no answer (ECONNRESET).",
    "HTTP 302; redirects aren't followed",
    "HTTP 200",
  ]);
  expect(receiver.seen.map(({ url }) => url.pathname)).toEqual(Array(4).fill("/hook"));
  expect(new Set(receiver.seen.map(({ headers, body }) => `${headers["webhook-id"]} ${body}`)).size).toBe(1);
  expect(new Set(receiver.seen.map(({ headers }) => headers["webhook-signature"])).size).toBe(4);
  expect(warned).toEqual(words.slice(0, 3).map((why) => `A webhook wasn't told, and that is tried again: ${why}`));
  expect(informed).toEqual(["A webhook was told: HTTP 200"]);
});

it("waits longer each time, and gives up in the end", async () => {
  answer = () => ({ status: 503 });
  await put("d1");
  await deliver(start);
  const { nextAt } = await stored("d1");
  expect(nextAt.getTime() - start.getTime()).toBeGreaterThanOrEqual(5000);
  await deliver(new Date(nextAt.getTime() - 1));
  expect(receiver.seen).toHaveLength(1);
  for (let day = 1; day <= mostAttempts + 2; day++) await deliver(hours(24 * day));
  expect(receiver.seen).toHaveLength(mostAttempts);
  expect(await stored("d1")).toMatchObject({ state: "given-up", attempts: mostAttempts, lastStatus: 503 });
  expect(warned.at(-1)).toContain("given up");
});

it("is tried once by one of many workers that look at the same moment", async () => {
  answer = async () => {
    await delay(50);
    return { status: 200 };
  };
  for (const id of ["d1", "d2", "d3"]) await put(id);
  await Promise.all(Array.from({ length: 6 }, () => deliver(start)));
  expect(receiver.seen.map(({ headers }) => headers["webhook-id"]).sort()).toEqual(["d1", "d2", "d3"]);
});

it("is taken up again when the process died in the middle of an attempt, and what that one says later doesn't count", async () => {
  let endAnswer: () => void = () => {};
  const answering = new Promise<void>((resolve) => {
    endAnswer = resolve;
  });
  let reached: () => void = () => {};
  const arrived = new Promise<void>((resolve) => {
    reached = resolve;
  });
  answer = async () => {
    reached();
    await answering;
    return { status: 500 };
  };
  await put("d1");
  const dying = deliver(start);
  await arrived;
  await deliver(new Date(start.getTime() + 1000));
  expect(receiver.seen).toHaveLength(1);
  answer = () => ({ status: 200 });
  await deliver(hours(1));
  expect(await stored("d1")).toMatchObject({ state: "delivered", attempts: 2 });
  endAnswer();
  await dying;
  expect(await stored("d1")).toMatchObject({ state: "delivered", attempts: 2, lastStatus: 200 });
});

it("counts no attempt that a stop cut off, and tries it at once next time", async () => {
  let reached: () => void = () => {};
  const arrived = new Promise<void>((resolve) => {
    reached = resolve;
  });
  answer = () => {
    reached();
    return "hang";
  };
  await put("d1");
  const stop = new AbortController();
  const stopped = deliver(start, stop.signal);
  await arrived;
  stop.abort();
  await stopped;
  expect(await stored("d1")).toMatchObject({ state: "waiting", attempts: 0, nextAt: start });
  answer = () => ({ status: 200 });
  await deliver(start);
  expect(await stored("d1")).toMatchObject({ state: "delivered", attempts: 1 });
});

it("sends nothing that can't be signed, or that would leave the machine in the sandbox", async () => {
  await put("d1");
  parts.config.webhookSecret = null;
  await deliver(start);
  expect((await stored("d1")).lastWords).toContain("PORTAGE_WEBHOOK_SECRET");
  parts.config.webhookSecret = new Secret(key);
  await database.run(`UPDATE "Schedule" SET "webhook" = 'http://192.0.2.1/'`);
  await deliver(hours(1));
  expect((await stored("d1")).lastWords).toContain("no request leaves this machine");
  await database.run(`UPDATE "Schedule" SET "webhook" = NULL`);
  await deliver(hours(2));
  expect(await stored("d1")).toMatchObject({ state: "given-up" });
  expect(receiver.seen).toEqual([]);
});
