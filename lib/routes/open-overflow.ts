import { OperatorError } from "@/lib/operator-error";
import type { OverflowRule } from "@/lib/shapes/routes/route";
import { type Overflow, overflowIn } from "@/lib/stores/overflow";
import { pgvector } from "@/lib/stores/pgvector/kind";
import type { OpenedConnection } from "./open-connection";

/**
 * The table that a route keeps whole metadata in. Asks nothing of it yet.
 * @throws OperatorError `wrong-role` for a connection to anything but PostgreSQL
 */
export function openOverflow(
  connection: OpenedConnection,
  { table, keep, status = false }: OverflowRule,
): Omit<Overflow, "owned"> {
  if (connection.kind === pgvector.kind) return overflowIn(connection.settings, { table, keep, status });
  throw new OperatorError({
    kind: "usage",
    code: "wrong-role",
    what: `The connection ${connection.name} is ${connection.kind}, and whole metadata is kept in PostgreSQL alone.`,
    notLost: "Nothing was changed.",
    next: "Choose a connection of the kind pgvector: `portage connections list` names them.",
  });
}
