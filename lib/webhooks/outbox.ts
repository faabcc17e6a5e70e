import type { Sql } from "@/lib/db/contract";
import {
  channelMessageSchema,
  type ParityMessage,
  type SwitchMessage,
  type WebhookMessage,
  webhookMessageSchema,
} from "@/lib/shapes/schedules/webhook";

/**
 * Puts a message down to be delivered. To be called in the transaction that ends what it tells of: both happen or neither, and once
 * it is committed nothing but its delivery, or giving it up, ends it.
 */
export async function putDelivery(sql: Sql, message: WebhookMessage): Promise<void> {
  await sql.run(
    `INSERT INTO "Delivery" ("id", "scheduleId", "event", "body", "nextAt", "createdAt") VALUES ($1, $2, $3, $4, $5, $5)`,
    [message.id, message.schedule.id, message.event, JSON.stringify(webhookMessageSchema.parse(message)), message.at],
  );
}

/** The same for a message that is of no schedule: it goes to the address that the configuration has for the channel when it is tried. */
export async function putChannelDelivery(
  sql: Sql,
  channel: "switch",
  message: SwitchMessage | ParityMessage,
): Promise<void> {
  await sql.run(
    `INSERT INTO "Delivery" ("id", "channel", "event", "body", "nextAt", "createdAt") VALUES ($1, $2, $3, $4, $5, $5)`,
    [message.id, channel, message.event, JSON.stringify(channelMessageSchema.parse(message)), message.at],
  );
}
