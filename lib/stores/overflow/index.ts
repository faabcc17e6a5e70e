import { openSessions } from "../pgvector/connection/session";
import { settings } from "../pgvector/settings";
import type { Keep } from "./row";
import type { Overflow } from "./target";

export { type Overflow, withOverflow } from "./target";

/** The table of a connection to PostgreSQL that keeps whole metadata. Asks nothing of it yet. */
export function overflowIn(
  connection: unknown,
  of: { table: string; keep: Keep; status?: boolean },
): Omit<Overflow, "owned"> {
  const { address, schema, statementSeconds, lockSeconds } = settings.parse(connection);
  const sessions = openSessions({ address, statementSeconds, lockSeconds, readOnly: false });
  return { sessions, place: { schema, table: of.table }, keep: of.keep, status: of.status ?? false };
}
