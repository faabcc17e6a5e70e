import { z } from "zod";
import { OperatorError, refused } from "@/lib/operator-error";
import { noteSchedule } from "@/lib/runs/attention/note-schedule";
import { deliverySchema } from "@/lib/shapes/schedules/delivery";
import { takenForMs } from "@/lib/webhooks/deliver";
import type { Context } from "../verbs/context";
import { idInput } from "../verbs/parse-input";
import { deliveryColumns, deliveryRow, toDelivery } from "./delivery-view";

/** The message's ID, as `showSchedule` tells it. */
export const sendAgainInput = z.strictObject({ id: idInput });
export const sendAgainAnswer = z.object({ delivery: deliverySchema });

const nothingSent = "Nothing was sent.";

/**
 * Has a message to a webhook tried once more as soon as a worker looks: one that was given up, or one whose next attempt is far. It is
 * the same message under the same ID, signed again. Throws an `OperatorError` (`delivery-not-found`, `delivery-delivered`, `no-webhook`).
 */
export async function sendAgain(ctx: Context, input: z.infer<typeof sendAgainInput>, now = new Date()) {
  // One that is due within the time that an attempt may take is left alone: it may be under way just now.
  await ctx.database.run(
    `UPDATE "Delivery" d SET "state" = 'waiting', "nextAt" = $2 FROM "Schedule" s
      WHERE d."id" = $1 AND s."id" = d."scheduleId" AND s."webhook" IS NOT NULL
        AND (d."state" = 'given-up' OR (d."state" = 'waiting' AND d."nextAt" > $3))`,
    [input.id, now, new Date(now.getTime() + takenForMs)],
  );
  const [row] = await ctx.database.rows(
    deliveryRow.extend({ webhook: z.string().nullable(), scheduleId: z.string() }),
    `SELECT ${deliveryColumns}, d."scheduleId", s."webhook" FROM "Delivery" d JOIN "Schedule" s ON s."id" = d."scheduleId" WHERE d."id" = $1`,
    [input.id],
  );
  if (!row)
    throw new OperatorError({
      kind: "not-found",
      code: "delivery-not-found",
      what: `There is no message ${JSON.stringify(input.id)}.`,
      notLost: nothingSent,
      next: "See a schedule's messages with `portage schedule show ID`.",
    });
  const { webhook, scheduleId, ...delivery } = row;
  if (delivery.state === "delivered")
    throw refused(
      "delivery-delivered",
      `${delivery.id} was delivered: receivers ignore an ID that they have seen.`,
      "See what the receiver did with it.",
      nothingSent,
    );
  if (webhook === null)
    throw refused(
      "no-webhook",
      "The schedule's webhook was removed.",
      "Set the schedule with a webhook, then send it again.",
      nothingSent,
    );
  await noteSchedule(ctx.database, scheduleId);
  return { delivery: toDelivery(delivery) };
}
