import type { Pool, PoolClient } from "pg";
import type { z } from "zod";
import type { PrismaClient } from "@/generated/prisma/client";

/** Statements whose rows are parsed at the border: no cast from `unknown`. */
export interface Sql {
  /** Rows of `text` (parameters `$1`...), each parsed by `row`. */
  rows<T>(row: z.ZodType<T>, text: string, values?: readonly unknown[]): Promise<T[]>;
  /** Runs a statement; answers the number of rows it touched. */
  run(text: string, values?: readonly unknown[]): Promise<number>;
}

/**
 * Portage's own database: the history of runs, plans, quotas. One PostgreSQL dialect; embedded or a server.
 * Hot tables are written with {@link Sql}, everything else through Prisma.
 */
export interface Database extends Sql {
  readonly kind: "embedded" | "server";
  readonly prisma: PrismaClient;
  /** For BullMQ and Prisma: works like node-postgres' pool on both kinds. */
  readonly pool: Pick<Pool, "query" | "connect" | "end"> & { connect(): Promise<PoolClient> };
  /** One transaction; rolled back when `work` throws. Keep it short: the embedded database has one session. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Calls `handler` with each payload sent to `channel`, from any process. Answers how to stop. */
  listen(channel: string, handler: (payload: string) => void): Promise<() => Promise<void>>;
  notify(channel: string, payload: string): Promise<void>;
  close(): Promise<void>;
}
