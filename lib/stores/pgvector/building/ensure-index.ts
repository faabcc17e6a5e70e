import { z } from "zod";
import { isServiceFailure, type ServiceFailure } from "@/lib/failures";
import type { Step } from "@/lib/shapes/runs/steps";
import type { CallOptions, Metric } from "../../contract";
import { refusal, sqlState } from "../connection/failures";
import type { Asking } from "../connection/session";
import { metricOf } from "../reading/inspect";
import type { Opened, PgvectorOptions } from "../tables/open-store";
import { extensionStatement, type NewTable, statements } from "./statements";

const operation = "ensureIndex";
const longestName = 63;
type Wanted = { name: string; dimension: number; metric: Metric };

const standingSchema = z.object({
  extension: z.string().nullable(),
  schemaStands: z.boolean(),
  available: z.boolean(),
  mayExtend: z.boolean(),
});

/** What would be run for a table of this shape; nothing is run. */
export async function plannedTable(
  asking: Asking,
  schema: string,
  wanted: Wanted,
): Promise<{ table: NewTable; available: boolean; mayExtend: boolean }> {
  const [standing] = await asking.rows(
    standingSchema,
    `SELECT (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'vector') AS extension,
       EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS "schemaStands",
       EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector') AS available,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) OR (has_database_privilege(current_database(), 'CREATE')
         AND EXISTS (SELECT FROM pg_available_extension_versions WHERE name = 'vector' AND trusted)) AS "mayExtend"`,
    [schema],
  );
  const { extension = null, schemaStands = false, available = false, mayExtend = false } = standing ?? {};
  const { name, dimension, metric } = wanted;
  return { table: { schema, extension, schemaStands, name, dimension, metric }, available, mayExtend };
}

/**
 * Makes Portage's own table when there is no collection of that name; any other that stands must fit, and is left as it is.
 * @param wanted.steps run word for word, where they were agreed to; left out: the statements for the database as it is now
 */
export async function ensureIndex(
  opened: Opened,
  options: PgvectorOptions,
  wanted: Wanted & { steps?: readonly Step[] },
  given: CallOptions,
  attempt = 1,
): Promise<"created" | "matched"> {
  const { sessions, tables } = opened;
  const call = { operation, signal: given.signal };
  if (Buffer.byteLength(wanted.name) > longestName)
    throw refusal(
      "invalid",
      operation,
      `The name ${wanted.name} is longer than the ${longestName} bytes that PostgreSQL keeps of a name`,
    );
  tables.forget(wanted.name);
  const standing = await tables.find(call, wanted.name);
  if (standing) {
    const metric = options.metric ?? metricOf(standing);
    const fits = standing.dimension === null || standing.dimension === wanted.dimension;
    if (fits && (metric === null || metric === wanted.metric)) return "matched";
    const stands = `${standing.dimension ?? "any"} dimensions and the ${metric ?? "unknown"} metric`;
    throw refusal(
      "conflict",
      operation,
      `${wanted.name} stands already with ${stands}, not ${wanted.dimension} and ${wanted.metric}`,
    );
  }
  if (options.columns.writes === "update")
    throw refusal(
      "not-found",
      operation,
      `There is no table ${wanted.name} in the schema ${options.schema}, and the connection only updates rows that are there`,
      "Check the table's name, or set the connection's writing to upsert so that a table is made.",
    );
  const create = sessions.transaction(call, async (asking) => {
    const { table, available } = await plannedTable(asking, options.schema, wanted);
    if (table.extension === null && !available)
      throw refusal(
        "not-permitted",
        operation,
        "The server hasn't the extension vector installed",
        "Install pgvector on the server's machine (on Debian 13 the package postgresql-17-pgvector), or enable it in your provider's list of extensions.",
      );
    const agreed = wanted.steps?.filter(({ when }) => when === "before").map(({ statement }) => statement);
    if (agreed?.length === 0)
      throw refusal(
        "not-found",
        operation,
        `The table ${wanted.name} stood when the plan was made, and is gone: the plan has no statement that makes it`,
        "Plan again: the new plan shows the statements.",
      );
    for (const statement of agreed ?? statements(table)) {
      // The administrator has run it since: the role needs no right then.
      if (statement === extensionStatement && table.extension !== null) continue;
      await asking.run(statement).catch((error: unknown) => {
        throw statement === extensionStatement ? withoutRight(error, sessions.whereabouts(operation).database) : error;
      });
    }
    return "created" as const;
  });
  try {
    return await create;
  } catch (error) {
    // Somebody made the same at the same moment: theirs counts if it has the same shape.
    if (attempt > 1 || !["23505", "42P07", "42710"].includes(sqlState(error) ?? "")) throw error;
    return await ensureIndex(opened, options, wanted, given, attempt + 1);
  } finally {
    tables.forget(wanted.name);
  }
}

function withoutRight(error: unknown, database: string): unknown {
  const state = sqlState(error);
  if (isServiceFailure(error) || (state !== "42501" && state !== "0A000")) return error;
  const refused: ServiceFailure = refusal(
    "not-permitted",
    operation,
    `The connection's role may not create the extension vector in the database ${database}`,
    `Have an administrator run in that database: ${extensionStatement};`,
  );
  return refused;
}
