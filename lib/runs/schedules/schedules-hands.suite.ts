import { z } from "zod";
import { webhookMessageSchema } from "@/lib/shapes/schedules/webhook";
import type { World } from "../testing/testing";
import { tickSchedules } from "./schedules";

export const midnight = new Date("2030-01-01T00:00:00Z");

const rowSchema = z.object({
  phase: z.string(),
  outcome: z.string().nullable(),
  words: z.string().nullable(),
  nextAt: z.date(),
  runId: z.string().nullable(),
  planId: z.string().nullable(),
});

type Given = { namespaces?: string[]; maxCreates?: number; maxUpdates?: number; webhook?: string };

/** What these tests do with the world that is open. */
export function scheduleHands(open: () => World) {
  async function put(id: string, schedule: Given = {}) {
    const { namespaces = ["a"], maxCreates = null, maxUpdates = null, webhook = null } = schedule;
    await open().database.run(
      `INSERT INTO "Schedule" ("id", "namespaces", "cron", "timezone", "maxCreates", "maxUpdates", "nextAt", "createdBy", "webhook")
       VALUES ($1, $2, '0 * * * *', 'UTC', $3, $4, $5, 'test', $6)`,
      [id, namespaces, maxCreates, maxUpdates, midnight, webhook],
    );
  }

  /** What was put down for webhooks, in order. */
  async function messages() {
    const rows = await open().database.prisma.delivery.findMany({ orderBy: { createdAt: "asc" } });
    return rows.map(({ body }) => webhookMessageSchema.parse(JSON.parse(body)));
  }

  async function read(id: string) {
    const [row] = await open().database.rows(rowSchema, `SELECT * FROM "Schedule" WHERE "id" = $1`, [id]);
    if (!row) throw new Error(`no schedule ${id}`);
    return row;
  }

  async function runCount(): Promise<number> {
    const [row] = await open().database.rows(
      z.object({ count: z.number() }),
      `SELECT count(*)::int AS count FROM "Run"`,
    );
    return row?.count ?? 0;
  }

  /** Lets the schedule's run end, then looks at the schedule again. */
  async function afterRun(id: string, now: Date) {
    const { runId } = await read(id);
    await open().until(runId ?? "", ["succeeded", "succeeded-with-findings", "failed"]);
    await tickSchedules(open().parts, now);
    return read(id);
  }
  return { put, messages, read, runCount, afterRun };
}
