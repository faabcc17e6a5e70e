import { z } from "zod";

/** What the database thread is started with. */
export const threadData = z.object({ folder: z.string(), brief: z.boolean() });

/** What it says once it can be asked for connections, or when it can't open the database. */
export const threadReady = z.object({ kind: z.literal("ready") });
export const threadProblem = z.object({
  kind: z.literal("failed"),
  /** Of the operating system: `ENOSPC`, `EACCES`, ... */
  code: z.string().optional(),
  message: z.string(),
});
export type ThreadNews = z.infer<typeof threadReady | typeof threadProblem>;

/** What it is told besides requests for connections. */
export const threadOrder = z.object({ kind: z.literal("close") });
export type ThreadOrder = z.infer<typeof threadOrder>;
