import { z } from "zod";
import type { Step, TargetSteps } from "@/lib/shapes/runs/steps";
import type { CallOptions, NewIndex } from "../../contract";
import type { Asking } from "../connection/session";
import { costAdvice, standsBeside } from "../reading/cost-advice";
import { countAll } from "../reading/counting";
import { metricOf } from "../reading/inspect";
import type { IndexSettings } from "../settings";
import { quoted } from "../tables/catalog";
import {
  analyseStatement,
  type Indexed,
  indexMemory,
  indexStatement,
  partitionedWords,
  searchQuery,
  servingIndex,
} from "../tables/index-statement";
import type { Layout } from "../tables/layout";
import type { Opened, PgvectorOptions } from "../tables/open-store";
import { plannedTable } from "./ensure-index";
import { extensionStatement, statements } from "./statements";
import { triggerNotes } from "./trigger-notes";

type Wanted = NewIndex & { records: number };

/**
 * The SQL for a collection of this shape, to be shown and agreed to before any of it is run. Nothing is run for it.
 * @param wanted.records how many records a run will add
 */
export function stepsFor(
  { sessions, tables, rows, again }: Opened,
  options: PgvectorOptions,
  settings: IndexSettings,
  wanted: Wanted,
  { signal }: CallOptions = {},
): Promise<TargetSteps> {
  const call = { operation: "steps", signal };
  tables.forget(wanted.name);
  return tables.find(call, wanted.name).then((standing) =>
    sessions.ask(call, async (asking) => {
      const { table, available, mayExtend } = await plannedTable(asking, options.schema, wanted);
      const database = sessions.whereabouts(call.operation).database;
      const before = standing
        ? []
        : statements(table).map((statement): Step => tableStep(statement, mayExtend, database));
      const notes =
        table.extension === null && !available
          ? ["The server hasn't pgvector installed: its package has to be, before the extension can be created."]
          : [];
      const indexed: Indexed = standing
        ? { ...standing, dimension: standing.dimension ?? wanted.dimension }
        : {
            ...{ schema: options.schema, table: { name: wanted.name }, dimension: wanted.dimension, within: null },
            id: { name: "id" },
            vector: {
              name: "embedding",
              base: "vector",
              typeSchema: table.extension ?? "public",
              modifier: wanted.dimension,
            },
          };
      if (standing && again !== undefined) notes.push(...(await triggerNotes(asking, standing)));
      const there = standing ? (await countAll(asking, standing, rows)).records : 0;
      const after = await indexSteps(asking, { standing, indexed, settings, options, wanted, there, database });
      return { steps: [...before, ...after.steps], notes: [...notes, ...after.notes], query: after.query };
    }),
  );
}

function tableStep(statement: string, mayExtend: boolean, database: string): Step {
  if (statement === extensionStatement)
    return mayExtend
      ? { when: "before", what: `Enables pgvector in the database ${database}`, statement, by: "portage" }
      : {
          ...{ when: "before", statement, by: "administrator" },
          what: `Enables pgvector in the database ${database}: the connection's role may not`,
        };
  const what = statement.startsWith("CREATE SCHEMA")
    ? "Makes the schema"
    : statement.startsWith("CREATE TABLE")
      ? "Makes the table"
      : "Notes whose table it is, and the metric";
  return { when: "before", what, statement, by: "portage" };
}

const serverSchema = z.object({ memory: z.coerce.number() });

async function indexSteps(
  asking: Asking,
  of: {
    standing: Layout | null;
    indexed: Indexed;
    settings: IndexSettings;
    options: PgvectorOptions;
    wanted: Wanted;
    there: number;
    database: string;
  },
): Promise<TargetSteps> {
  const { standing, indexed, settings, options, wanted, there, database } = of;
  const metric = options.metric ?? (standing && metricOf(standing)) ?? wanted.metric;
  const records = there + wanted.records;
  const plan = indexStatement(indexed, { ...settings, metric, rows: records });
  if (standing?.table.view) return { steps: [], notes: ["A view gets no index."], query: null };
  if ("none" in plan) return { steps: [], notes: [`No index is built: ${plan.none}.`], query: null };
  const query = searchQuery(indexed, plan);
  if (standing?.table.partitioned) return { steps: [], notes: [partitionedWords(standing, plan)], query };
  const notes = plan.note === null ? [] : [plan.note];
  if (standsBeside(indexed))
    notes.push(
      `Between some 2,000 and 50,000 rows PostgreSQL may read the whole table for the application's query, though the index stands: it counts nothing for vectors of this length. The run ends by saying whether it does. ${costAdvice(indexed, metric, database)}`,
    );
  const serving = standing && servingIndex(standing, plan);
  if (serving) {
    const much = wanted.records > there / 10 && wanted.records > 1000;
    if (much) notes.push(standingWords(serving.name, options.schema, wanted.records, records, indexed.dimension ?? 0));
    return {
      steps: [after("Updates the statistics that the server plans its queries by", analyseStatement(indexed))],
      notes,
      query,
    };
  }
  const [server] = await asking.rows(
    serverSchema,
    "SELECT pg_size_bytes(current_setting('maintenance_work_mem'))::text AS memory",
  );
  if (settings.index === "hnsw")
    notes.push(
      ...memoryNotes(
        indexMemory({ rows: records, dimension: wanted.dimension, half: plan.cast.includes("halfvec"), m: settings.m }),
        {
          set: settings.indexMemoryMb,
          server: server?.memory ?? 0,
        },
        durationWords((records * buildMs * wanted.dimension) / 1536 / 1000),
      ),
    );
  const left = standing?.table.indexes.find(({ name, valid }) => name === plan.name && !valid);
  return {
    steps: [
      ...(left
        ? [
            after(
              "Drops what a build that was broken off left of the index, which nothing can use",
              `DROP INDEX CONCURRENTLY ${quoted(options.schema)}.${quoted(plan.name)}`,
            ),
          ]
        : []),
      ...(settings.indexMemoryMb === undefined
        ? []
        : [
            after(
              "Gives the session that builds the index its memory",
              `SET maintenance_work_mem = '${settings.indexMemoryMb}MB'`,
            ),
          ]),
      after("Builds the index, while the table can be read and written", plan.statement),
      after("Updates the statistics that the server plans its queries by", analyseStatement(indexed)),
    ],
    notes,
    query,
  };
}

const after = (what: string, statement: string): Step => ({ when: "after", what, statement, by: "portage" });

/** Binary, as PostgreSQL counts its memory. */
const sizeWords = (bytes: number): string =>
  bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 2 ** 20))} MB`;

function memoryNotes(
  needed: number,
  { set, server }: { set: number | undefined; server: number },
  time: string,
): string[] {
  const has = set === undefined ? server : set * 2 ** 20;
  const words = `Building the index takes about ${time} on two cores, and about ${sizeWords(needed)} of memory to be that quick`;
  if (has >= needed) return [`${words}; it has ${sizeWords(has)}.`];
  return [
    `${words}, and ${set === undefined ? "the server's maintenance_work_mem is" : "the connection's setting gives it"} ${sizeWords(has)}: with less, building takes about four times as long. Where the server has it to spare, set "Index memory in MB" of the connection to ${Math.ceil(needed / 2 ** 20)}.`,
  ];
}

/** Measured with 1,536 dimensions on two cores: a row into an HNSW index, and a row of a build that has its memory. Milliseconds. */
const insertMs = 24.6;
const buildMs = 7.3;

function standingWords(name: string, schema: string, added: number, records: number, dimension: number): string {
  const about = (rows: number, ms: number) => durationWords((rows * ms * dimension) / 1536 / 1000);
  return `The index ${name} stands while ${added.toLocaleString("en-US")} records are written: into it takes about ${about(added, insertMs)}. Without it they are written quicker, and building it again takes about ${about(records, buildMs)}; searches are slow meanwhile. If that is better, run DROP INDEX CONCURRENTLY ${quoted(schema)}.${quoted(name)} yourself, and plan again: Portage drops no index that works.`;
}

function durationWords(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
