import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import type { Secret } from "@/lib/secret";
import { reachOf, type WebhookRules, whyNotSent } from "./address";
import { mostAttempts, pauseAfter } from "./pauses";
import { type Attempt, answerWithinMs, send } from "./send";
import { signedHeaders } from "./sign";

export type DeliveryParts = {
  database: Database;
  config: WebhookRules & { webhookSecret: Secret | null; switching?: { webhook: Secret | null } };
  log: { info(details: object, message: string): void; warn(details: object, message: string): void };
};

const atOnce = 8;
/** An attempt whose worker died is taken over by another after this. */
export const takenForMs = 3 * answerWithinMs;

const takenSchema = z.object({
  id: z.string(),
  /** `null`: of no schedule, but of a channel whose address is a setting. */
  scheduleId: z.string().nullable(),
  channel: z.string().nullable(),
  body: z.string(),
  attempts: z.number(),
  webhook: z.string().nullable(),
});
type Taken = z.infer<typeof takenSchema>;

/**
 * Tries every delivery that is due once, some at a time, and notes how that went. To be called every second or so, by any number of
 * workers: each delivery is taken by one of them. Answers the schedules whose messages were tried.
 */
export async function deliverDue(parts: DeliveryParts, now: Date, signal: AbortSignal): Promise<string[]> {
  const taken = await parts.database.rows(
    takenSchema,
    `UPDATE "Delivery" d SET "attempts" = d."attempts" + 1, "nextAt" = $2
      WHERE d."id" = ANY(ARRAY(
        SELECT "id" FROM "Delivery" WHERE "state" = 'waiting' AND "nextAt" <= $1 ORDER BY "nextAt", "id" LIMIT ${atOnce} FOR UPDATE SKIP LOCKED))
      RETURNING d."id", d."scheduleId", d."channel", d."body", d."attempts",
        (SELECT s."webhook" FROM "Schedule" s WHERE s."id" = d."scheduleId") AS "webhook"`,
    [now, new Date(now.getTime() + takenForMs)],
  );
  const addressed = taken.map((delivery) => ({ ...delivery, webhook: delivery.webhook ?? ofChannel(parts, delivery) }));
  await Promise.all(addressed.map((delivery) => tryOnce(parts, delivery, now, signal)));
  return [...new Set(taken.flatMap(({ scheduleId }) => scheduleId ?? []))];
}

const ofChannel = ({ config }: DeliveryParts, { channel }: Taken): string | null =>
  channel === "switch" ? (config.switching?.webhook?.reveal() ?? null) : null;

async function tryOnce(parts: DeliveryParts, delivery: Taken, now: Date, signal: AbortSignal): Promise<void> {
  if (delivery.webhook === null)
    return note(parts, delivery, now, { delivered: false, status: null, words: "The webhook was removed." });
  let attempt: Attempt;
  try {
    attempt = await attemptTo(parts, delivery.webhook, delivery, now, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    // Cut off by a stop, which says nothing about the receiver: it doesn't count, and whoever comes next tries it at once.
    await parts.database.run(
      `UPDATE "Delivery" SET "attempts" = "attempts" - 1, "nextAt" = $3 WHERE "id" = $1 AND "attempts" = $2 AND "state" = 'waiting'`,
      [delivery.id, delivery.attempts, now],
    );
    return;
  }
  await note(parts, delivery, now, attempt);
}

async function attemptTo(
  { config }: DeliveryParts,
  webhook: string,
  { id, body }: Taken,
  now: Date,
  signal: AbortSignal,
): Promise<Attempt> {
  const failed = (words: string): Attempt => ({ delivered: false, status: null, words });
  if (!URL.canParse(webhook)) return failed("The webhook isn't an address.");
  const address = new URL(webhook);
  // The address was accepted under the mode and the secret of that time.
  const why = whyNotSent(address, config);
  if (why !== null) return failed(`${why.what} ${why.next}`);
  if (config.webhookSecret === null) return failed("PORTAGE_WEBHOOK_SECRET isn't set, so nothing can be signed.");
  const headers = signedHeaders(config.webhookSecret, { id, body, at: now });
  return send(address, { body, headers }, signal, reachOf(config));
}

/** Fenced by the number of attempts: whoever was taken over has no say any more. */
async function note({ database, log }: DeliveryParts, delivery: Taken, now: Date, attempt: Attempt): Promise<void> {
  const pause = delivery.webhook === null ? null : pauseAfter(delivery.attempts);
  const state = attempt.delivered ? "delivered" : pause === null ? "given-up" : "waiting";
  await database.run(
    `UPDATE "Delivery" SET "state" = $3, "lastAt" = $4, "lastStatus" = $5, "lastWords" = $6, "nextAt" = $7,
            "deliveredAt" = CASE WHEN $3 = 'delivered' THEN $4::timestamptz END
      WHERE "id" = $1 AND "attempts" = $2 AND "state" = 'waiting'`,
    [
      delivery.id,
      delivery.attempts,
      state,
      now,
      attempt.status,
      attempt.words,
      new Date(now.getTime() + (attempt.delivered ? 0 : (pause ?? 0))),
    ],
  );
  const { id, scheduleId, attempts } = delivery;
  const details = { delivery: id, schedule: scheduleId, attempts, of: mostAttempts };
  if (attempt.delivered) log.info(details, `A webhook was told: ${attempt.words}`);
  else
    log.warn(
      details,
      `A webhook wasn't told, and ${state === "given-up" ? "that was given up" : "that is tried again"}: ${attempt.words}`,
    );
}
