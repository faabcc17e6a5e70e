import { z } from "zod";

/** A column of JSON, whichever way the driver answers it. */
export function json<T>(schema: z.ZodType<T>) {
  return z.preprocess((value) => (typeof value === "string" ? JSON.parse(value) : value), schema);
}
