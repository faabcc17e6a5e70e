import type { MessagePort } from "node:worker_threads";
import type { Pool } from "pg";
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
  readonly pool: Pool;
  /**
   * A pool of its own whose unqualified names are looked up in `schema`: for libraries that bring their own tables.
   * Ends with the database at the latest.
   */
  poolOf(schema: string): Pool;
  /** One transaction; rolled back when `work` throws. Keep it short: the embedded database has one session. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Calls `handler` with each payload sent to `channel`, from any process. Answers how to stop. */
  listen(channel: string, handler: (payload: string) => void): Promise<() => Promise<void>>;
  notify(channel: string, payload: string): Promise<void>;
  close(): Promise<void>;
}

/** A database as the process that opened it holds it. */
export interface OpenedDatabase extends Database {
  /** A way in for another thread, to be transferred to it and given to `openDatabase`; `null` for a server, which needs none. */
  channel(): MessagePort | null;
  /** Settles, with the reason, when the embedded database dies by itself; nothing can be read or written from then on. */
  readonly failed: Promise<Error>;
}
