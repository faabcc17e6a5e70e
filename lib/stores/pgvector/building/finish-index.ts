import { z } from "zod";
import type { Finished, Step } from "@/lib/shapes/runs/steps";
import type { CallOptions } from "../../contract";
import { refusal } from "../connection/failures";
import { configuredPageCost } from "../connection/page-cost";
import type { Asking, Sessions } from "../connection/session";
import { costAdvice } from "../reading/cost-advice";
import { countAll } from "../reading/counting";
import { metricOf } from "../reading/inspect";
import type { IndexSettings } from "../settings";
import { literal, quoted } from "../tables/catalog";
import {
  analyseStatement,
  type IndexPlan,
  indexStatement,
  partitionedWords,
  searchQuery,
  servingIndex,
} from "../tables/index-statement";
import { type Layout, rowsOf, tableOf } from "../tables/layout";
import type { Opened, PgvectorOptions } from "../tables/open-store";
import { tellProgress } from "./build-progress";

const operation = "finish";
type Given = CallOptions & { onProgress?: (words: string) => void };

/**
 * Whether the server uses the index for the application's query: by the costs that it is set to, only by lower ones (it counts nothing for vectors that
 * are too long for their rows and stand beside them, so that reading all of them seems cheap), only where a plain reading is ruled out (as of a small
 * table), or not at all.
 */
type Used = "yes" | "by-lower-costs" | "when-asked" | "no" | null;

/** Below so many rows reading them all takes no longer than a person notices. */
const rowsReadAtOnce = 2_000;

const yes = z.object({ yes: z.boolean() });
const standingSchema = z.object({ valid: z.boolean(), building: z.boolean() });

/**
 * Builds the index once all rows are there; one that stands is left, and one that a broken build left behind is built again. Then the server explains
 * the application's kind of query.
 * @param of.steps as they were agreed to: the index is the one of these, or none
 * @throws ServiceFailure `conflict` when the server doesn't use the index for that query
 */
export async function finishIndex(
  { sessions, tables, rows }: Opened,
  options: PgvectorOptions,
  settings: IndexSettings,
  { index, steps }: { index: string; steps?: readonly Step[] },
  { signal, onProgress }: Given = {},
): Promise<Finished> {
  const call = { operation, signal };
  tables.forget(index);
  const layout = await tables.get(call, index);
  const { records } = await sessions.ask(call, (asking) => countAll(asking, layout, rows));
  const metric = options.metric ?? metricOf(layout) ?? "cosine";
  const plan = indexStatement(layout, { ...settings, metric, rows: records });
  if (layout.table.view) return { words: [`${layout.collection} is a view, and gets no index.`], query: null };
  if ("none" in plan) return { words: [`${layout.collection} gets no index: ${plan.none}.`], query: null };
  const query = searchQuery(layout, plan);
  if (layout.table.partitioned) return { words: [partitionedWords(layout, plan)], query };
  return sessions.lasting(call, async (asking, { onNotice }) => {
    const notices: string[] = [];
    onNotice((words) => void notices.push(words));
    // Whoever waited for this lock in a statement would hold up the build that has it: so nobody waits.
    const lock = `hashtextextended(${literal(`portage index ${layout.schema}.${plan.name}`)}, 0)`;
    const [mine] = await asking.rows(yes, `SELECT pg_try_advisory_lock(${lock}) AS yes`);
    if (!mine?.yes) throw beingBuilt(plan.name);
    try {
      const building = { layout, plan, memory: settings.indexMemoryMb, steps };
      const built = await build(asking, sessions, building, onProgress);
      await asking.run(analyseStatement(layout));
      if (built === null) return { words: ["No index was built: none was planned."], query: null };
      const used = await isUsed(asking, layout, { index: built.name, query, records });
      if (used === "no") throw notUsed(layout, plan, built.name);
      const { database } = sessions.whereabouts(operation);
      return {
        words: [
          built.words,
          ...notices.map((words) => `The server: ${words}.`),
          ...usedWords(used, costAdvice(layout, metric, database)),
        ],
        query,
      };
    } finally {
      await asking.run(`SELECT pg_advisory_unlock(${lock})`).catch(() => {});
      tables.forget(index);
    }
  });
}

function usedWords(used: Used, advice: string): string[] {
  if (used === "yes") return ["The server uses it for the application's query (EXPLAIN)."];
  if (used === "by-lower-costs")
    return [
      `Portage's searches use it. By the costs that are set the server reads the whole table for the application's query instead (EXPLAIN): it counts nothing for long vectors, which stand beside their rows. ${advice}`,
    ];
  if (used === "when-asked")
    return [
      "The server can use it for the application's query, and reads the table instead while that is as small as now (EXPLAIN).",
    ];
  return ["The table has no vector yet by which the server could be asked whether it uses the index."];
}

const notUsed = ({ collection }: Layout, { note }: IndexPlan, name: string) =>
  refusal(
    "conflict",
    operation,
    `All records are written and the index ${name} of ${collection} stands, but the server doesn't use it for the application's query`,
    note ?? "Look at the query's plan with EXPLAIN.",
  );

const beingBuilt = (name: string) =>
  refusal(
    "unavailable",
    operation,
    `The index ${name} is being built by somebody else`,
    "Wait until it is, then try again.",
  );

type Building = { layout: Layout; plan: IndexPlan; memory: number | undefined; steps: readonly Step[] | undefined };

async function build(
  asking: Asking,
  sessions: Sessions,
  { layout, plan, memory, steps }: Building,
  onProgress: ((words: string) => void) | undefined,
): Promise<{ name: string; words: string } | null> {
  const standing = servingIndex(layout, plan);
  if (standing) return { name: standing.name, words: `The index ${standing.name} stood already.` };
  // What was agreed to is run word for word: the rows, and with them what would be written now, may be others meanwhile.
  const agreed = steps?.filter(({ when }) => when === "after").map(({ statement }) => statement);
  const statement = agreed ? agreed.find((each) => each.startsWith("CREATE INDEX")) : plan.statement;
  if (statement === undefined) return null;
  const name = agreed ? nameIn(statement) : plan.name;
  const [left] = await asking.rows(
    standingSchema,
    `SELECT i.indisvalid AS valid, EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid) AS building
       FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = $2`,
    [layout.schema, name],
  );
  if (left?.building) throw beingBuilt(name);
  // What a build leaves that was broken off: no query uses it, and every write pays for it.
  if (left && !left.valid) await asking.run(`DROP INDEX CONCURRENTLY ${quoted(layout.schema)}.${quoted(name)}`);
  const set = agreed
    ? agreed.find((each) => each.startsWith("SET maintenance_work_mem"))
    : memory === undefined
      ? undefined
      : `SET maintenance_work_mem = '${memory}MB'`;
  if (set !== undefined) await asking.run(set);
  const ended = new AbortController();
  const told = onProgress && tellProgress(sessions, { schema: layout.schema, name: name }, ended.signal, onProgress);
  const began = performance.now();
  try {
    await asking.run(statement);
  } finally {
    ended.abort();
    await told;
    await asking.run("RESET maintenance_work_mem").catch(() => {});
  }
  const seconds = (performance.now() - began) / 1000;
  const again = left ? " again, since a build that was broken off had left an unusable one" : "";
  return {
    name,
    words: `The index ${name} was built${again}, in ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s.`,
  };
}

/** The name in a statement that `indexStatement` wrote. */
function nameIn(statement: string): string {
  const [, name = ""] = /CONCURRENTLY "((?:[^"]|"")+)"/.exec(statement) ?? [];
  return name.replaceAll('""', '"');
}

const sampleSchema = z.object({ vector: z.string() });
const planSchema = z.object({ "QUERY PLAN": z.json() });

/** Has the server explain the application's kind of query, with a vector of the table. */
async function isUsed(
  asking: Asking,
  layout: Layout,
  { index, query, records }: { index: string; query: string; records: number },
): Promise<Used> {
  const condition = rowsOf(layout, null, "with-vector");
  const [sample] = await asking.rows(
    sampleSchema,
    `SELECT ${quoted(layout.vector.name)}::text AS vector FROM ${tableOf(layout)} WHERE ${condition?.text ?? "false"} LIMIT 1`,
    condition?.values ?? [],
  );
  if (!sample) return null;
  const explain = `EXPLAIN (FORMAT JSON) ${query.replace("$1::", `${literal(sample.vector)}::`)}`;
  const names = async () =>
    JSON.stringify(await asking.rows(planSchema, explain)).includes(`"Index Name":${JSON.stringify(index)}`);
  const namesBy = async (...settings: string[]) => {
    await asking.run("BEGIN");
    try {
      for (const setting of settings) await asking.run(setting);
      return await names();
    } finally {
      await asking.run("ROLLBACK");
    }
  };
  if (await namesBy(configuredPageCost)) return "yes";
  if (records >= rowsReadAtOnce && (await names())) return "by-lower-costs";
  return (await namesBy("SET LOCAL enable_seqscan = off")) ? "when-asked" : "no";
}
