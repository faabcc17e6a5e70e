import { z } from "zod";

export const historyParts = [
  "runs",
  "findings",
  "log",
  "throughput",
  "plans",
  "readings",
  "schedules",
  "gates",
  "questions",
  "attention",
  "audit",
  "queue",
  "log-files",
] as const;
export type HistoryPart = (typeof historyParts)[number];

/** What Portage keeps of its own past, and how much room that takes. */
export const historySchema = z.object({
  parts: z.array(
    z.object({
      part: z.enum(historyParts),
      /** Rows of what it is named after; `null` where that isn't counted. */
      rows: z.number().nullable(),
      bytes: z.number(),
      oldest: z.iso.datetime().nullable(),
      /** How long it is kept, in words. */
      kept: z.string(),
    }),
  ),
  bytes: z.number(),
});
export type History = z.infer<typeof historySchema>;
