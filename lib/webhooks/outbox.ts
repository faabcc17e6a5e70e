import type { Sql } from "@/lib/db/contract";
import { type WebhookMessage, webhookMessageSchema } from "@/lib/shapes/webhook";

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
