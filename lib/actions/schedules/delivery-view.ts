import { z } from "zod";
import { type Delivery, deliveryStates, webhookEvents } from "@/lib/shapes/schedules/delivery";
import { instant } from "../answers/columns";

/** Of a delivery `d`, without what was sent. */
export const deliveryColumns = `d."id", d."event", d."state", d."attempts", d."createdAt", d."nextAt", d."lastAt", d."lastStatus", d."lastWords"`;

export const deliveryRow = z.object({
  id: z.string(),
  event: z.enum(webhookEvents),
  state: z.enum(deliveryStates),
  attempts: z.number(),
  createdAt: instant,
  nextAt: instant,
  lastAt: instant.nullable(),
  lastStatus: z.number().nullable(),
  lastWords: z.string().nullable(),
});

export function toDelivery(row: z.infer<typeof deliveryRow>): Delivery {
  const { lastAt, lastStatus, lastWords, nextAt, ...rest } = row;
  return {
    ...rest,
    nextAt: row.state === "waiting" ? nextAt : null,
    last: lastAt === null ? null : { at: lastAt, status: lastStatus, words: lastWords ?? "" },
  };
}
