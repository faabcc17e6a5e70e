import type { Secret } from "@/lib/secret";
import type { Metric } from "../../contract";
import { openSessions, type Sessions } from "../connection/session";
import type { Columns } from "../settings";
import type { Rows } from "./layout";
import type { Role } from "./recognise";
import { openTables, type Tables } from "./tables";

export type PgvectorOptions = {
  address: Secret;
  schema: string;
  columns: Columns;
  metric: Metric | undefined;
  statementSeconds: number;
  lockSeconds: number;
};

/** `again`: the moment that rows bear which are filled again. */
export type Opened = { sessions: Sessions; tables: Tables; rows: Rows; again?: string | undefined };

export function openStore(options: PgvectorOptions, role: Role): Opened {
  const { address, statementSeconds, lockSeconds } = options;
  const sessions = openSessions({ address, statementSeconds, lockSeconds, readOnly: role === "source" });
  // A target's record is a row with a vector: one without is still to be written.
  return {
    sessions,
    tables: openTables(sessions, options.schema, options.columns, role),
    rows: role === "source" ? "all" : "with-vector",
  };
}
