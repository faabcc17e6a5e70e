import type { PoolClient } from "pg";
import { z } from "zod";
import type { Secret } from "@/lib/secret";
import { type Address, readAddress, type Whereabouts } from "./address";
import type { Connections } from "./connections";
import { copyIn } from "./copy-in";
import { failureOf, notPrimary, readOnlyState, refusal, sqlState } from "./failures";
import { lowerPageCost } from "./page-cost";

export type Call = { operation: string; signal?: AbortSignal | undefined };
export type Value = string | number | boolean | null | Buffer | readonly string[];

/** What a piece of work asks the server with; rows are parsed. */
export type Asking = {
  rows<Row>(row: z.ZodType<Row>, text: string, values?: readonly Value[]): Promise<Row[]>;
  /** How many rows the statement changed. */
  run(text: string, values?: readonly Value[]): Promise<number>;
  /** Sends what a `COPY ... FROM STDIN` reads, and answers how many rows that were. */
  copy(text: string, pieces: Iterable<Buffer>): Promise<number>;
};

/** The sessions of one store with its server. */
export type Sessions = {
  whereabouts(operation: string): Whereabouts;
  /** Work of one statement, or of several that need no transaction. */
  ask<T>(call: Call, work: (asking: Asking) => Promise<T>): Promise<T>;
  /** All of it or nothing. */
  transaction<T>(call: Call, work: (asking: Asking) => Promise<T>): Promise<T>;
  /** Outside of a transaction and without a limit of time, as an index is built. Refused behind a pooler. */
  lasting<T>(
    call: Call,
    work: (asking: Asking, client: { onNotice(heard: (words: string) => void): void }) => Promise<T>,
  ): Promise<T>;
  close(): Promise<void>;
};

export type SessionOptions = {
  address: Secret;
  /** A source's sessions can't write: the server refuses it. */
  readOnly: boolean;
  statementSeconds: number;
  lockSeconds: number;
};

const identity = z.object({ pid: z.number() });

/**
 * How a session keeps its limits. `own`: set once, as nobody else gets it. `shared`: a pooler stands between and may give each transaction another
 * of the server's sessions, so that whatever is set would go to somebody else: each piece of work is a transaction that sets its limits for itself.
 */
type Kind = "own" | "shared";

export function openSessions(options: SessionOptions): Sessions {
  let opened: { connections: Promise<Connections>; address: Address } | null = null;
  let closing = false;
  const kinds = new WeakMap<PoolClient, Kind>();

  const open = (operation: string) => {
    if (closing) throw refusal("aborted", operation, "The store was closed");
    if (opened) return opened;
    const address = readAddress(operation, options.address);
    // PostgreSQL's driver is loaded by who opens such a store, and by nobody else.
    const connections = import("./connections").then(({ openConnections }) => openConnections(address.url));
    opened = { connections, address };
    return opened;
  };

  /** Runs the work in a session that ends when the caller cancels. */
  const withClient = async <T>(
    { operation, signal }: Call,
    work: (client: PoolClient, kind: Kind) => Promise<T>,
  ): Promise<T> => {
    const cancelled = () => refusal("aborted", operation, "The call was cancelled");
    if (signal?.aborted) throw cancelled();
    const { connections, address } = open(operation);
    const { pool, endNow } = await connections;
    let client: PoolClient | null = null;
    let failed = true;
    const cancel = () => void (client && endNow(client));
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      client = await pool.connect();
      if (signal?.aborted) throw cancelled();
      const kind = kinds.get(client) ?? (await prepare(client, options));
      kinds.set(client, kind);
      const result = await work(client, kind);
      failed = false;
      return result;
    } catch (error) {
      if (signal?.aborted) throw cancelled();
      // A session that can still roll back is as good as before; one that can't is broken, and goes.
      failed = client === null || !(await rolledBack(client));
      if (client && !failed && !options.readOnly && sqlState(error) === readOnlyState && (await failsOver(client))) {
        // What takes the primary's place may be behind the same address, and only a new session gets there.
        failed = true;
        throw notPrimary(operation, error);
      }
      throw failureOf(operation, error, address.redact);
    } finally {
      signal?.removeEventListener("abort", cancel);
      client?.release(failed);
    }
  };

  const inTransaction = async <T>(client: PoolClient, kind: Kind, work: (asking: Asking) => Promise<T>): Promise<T> => {
    const begin = options.readOnly ? "BEGIN READ ONLY" : "BEGIN";
    await client.query(kind === "own" ? begin : `${begin}; ${limits(options, "SET LOCAL")}`);
    const result = await work(askingOf(client));
    await client.query("COMMIT");
    return result;
  };

  return {
    whereabouts: (operation) => {
      const { host, port, database } = open(operation).address;
      return { host, port, database };
    },
    ask: (call, work) =>
      withClient(call, (client, kind) => (kind === "own" ? work(askingOf(client)) : inTransaction(client, kind, work))),
    transaction: (call, work) => withClient(call, (client, kind) => inTransaction(client, kind, work)),
    lasting: (call, work) =>
      withClient(call, async (client, kind) => {
        const { host, port } = open(call.operation).address;
        if (kind === "shared")
          throw refusal(
            "not-permitted",
            call.operation,
            `A connection pooler stands at ${host}:${port}: an index can't be built through it, since it needs a session of its own`,
            "Give the address of the server itself: its direct port is usually 5432, where a pooler in transaction mode is at 6543 (Supabase) or 6432 (PgBouncer).",
          );
        // It waits for every transaction that began before it, and holds up neither reads nor writes meanwhile.
        await client.query("SET statement_timeout = 0; SET lock_timeout = 0");
        // A build whose Portage was killed would go on for hours for nobody, and hold up whoever resumes. Servers before 14 don't know the setting.
        await client.query("SET client_connection_check_interval = '5s'").catch(() => {});
        const { processID } = processSchema.parse(client);
        const cancel = () =>
          void open(call.operation)
            .connections.then(({ pool }) => pool.query("SELECT pg_cancel_backend($1)", [processID]))
            .catch(() => {});
        call.signal?.addEventListener("abort", cancel, { once: true });
        const heard: ((words: string) => void)[] = [];
        const hear = (notice: { message?: string | undefined }) => {
          for (const each of heard) each(notice.message ?? "");
        };
        client.on("notice", hear);
        try {
          return await work(askingOf(client), { onNotice: (listener) => void heard.push(listener) });
        } finally {
          client.off("notice", hear);
          call.signal?.removeEventListener("abort", cancel);
          await client.query("RESET client_connection_check_interval").catch(() => {});
          await client.query(limits(options, "SET")).catch(() => {});
        }
      }),
    close: async () => {
      if (closing) return;
      closing = true;
      await (await opened?.connections)?.pool.end();
    },
  };
}

async function rolledBack(client: PoolClient): Promise<boolean> {
  return client.query("ROLLBACK").then(
    () => true,
    () => false,
  );
}

const failoverSchema = z.tuple([z.object({ passes: z.boolean() })]);

/** Whether a server that refused a write is a replica, or was one until now; not one that an administrator or its provider set to read-only. */
async function failsOver(client: PoolClient): Promise<boolean> {
  const asked = await client
    .query("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'off' AS passes")
    .catch(() => null);
  return failoverSchema.safeParse(asked?.rows).data?.[0].passes ?? false;
}

function askingOf(client: PoolClient): Asking {
  return {
    rows: async (row, text, values = []) => z.array(row).parse((await client.query(text, [...values])).rows),
    run: async (text, values = []) => (await client.query(text, [...values])).rowCount ?? 0,
    copy: (text, pieces) => copyIn(client, text, pieces),
  };
}

const processSchema = z.object({ processID: z.number().nullable() });

/**
 * Tells a server from a pooler by the process that serves the session: the server names it when a session begins, and a pooler makes one up. Works on
 * every pooler, in whichever mode, as it asks for nothing that could stay behind.
 */
async function prepare(client: PoolClient, options: SessionOptions): Promise<Kind> {
  const { rows } = await client.query("SELECT pg_backend_pid() AS pid");
  const [served] = z.array(identity).parse(rows);
  if (served?.pid !== processSchema.safeParse(client).data?.processID) return "shared";
  await client.query(limits(options, "SET"));
  return "own";
}

function limits({ readOnly, statementSeconds, lockSeconds }: SessionOptions, set: "SET" | "SET LOCAL"): string {
  const settings = [
    `statement_timeout = '${statementSeconds}s'`,
    `lock_timeout = '${lockSeconds}s'`,
    "idle_in_transaction_session_timeout = '60s'",
    "bytea_output = 'hex'",
    "DateStyle = 'ISO'",
    "TimeZone = 'UTC'",
    // Of a transaction that runs it is too late to say so; that one was begun as it must be. A server that was set to read-only isn't talked out of it.
    ...(set === "SET" && readOnly ? ["default_transaction_read_only = on"] : []),
  ];
  return [...settings.map((setting) => `${set} ${setting}`), lowerPageCost(set === "SET LOCAL")].join("; ");
}
