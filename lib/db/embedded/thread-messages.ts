import { z } from "zod";

/** What the database thread is started with. */
export const threadData = z.object({ folder: z.string() });

/** What it tells the thread that started it. */
export const threadNews = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ready") }),
  z.object({ kind: z.literal("failed"), code: z.string().optional(), message: z.string() }),
  z.object({ kind: z.literal("closed") }),
]);
export type ThreadNews = z.infer<typeof threadNews>;

/** What it is told besides requests for connections. */
export const threadOrder = z.object({ kind: z.literal("close") });
export type ThreadOrder = z.infer<typeof threadOrder>;
