import { z } from "zod";
import type { CallOptions, Place } from "../contract";
import { literal, quoted } from "./catalog";
import { countAll } from "./counting";
import { refusal } from "./failures";
import { type IndexPlan, indexStatement } from "./index-statement";
import { metricOf } from "./inspect";
import { type Layout, rowsOf, tableOf } from "./layout";
import type { Asking } from "./session";
import type { IndexSettings } from "./settings";
import type { Opened, PgvectorOptions } from "./source";

const operation = "complete";

export type FinishedIndex = {
  /** `none`: there can be none, and `note` says why. */
  outcome: "built" | "stood" | "none";
  /** The query as the application must write it, `$1` being its vector. */
  query: string | null;
  /** Whether the server used the index for that query: by itself, only when a plain reading of the table was made dear (as of a small table), or not at all. */
  used: "yes" | "when-asked" | "no" | null;
  note: string | null;
  /** What the server said while building: that the graph no longer fits into memory, for one. */
  notices: string[];
};

const yes = z.object({ yes: z.boolean() });
const standingSchema = z.object({ valid: z.boolean(), building: z.boolean() });

/** Builds the index that the settings ask for, once the rows are there; one that stands is left, and one that a broken build left behind is built again. */
export async function finishIndex(
  { sessions, tables, rows }: Opened,
  options: PgvectorOptions,
  settings: IndexSettings,
  { index }: Place,
  { signal }: CallOptions = {},
): Promise<FinishedIndex> {
  const call = { operation, signal };
  tables.forget(index);
  const layout = await tables.get(call, index);
  const records = await sessions.ask(call, (asking) => countAll(asking, layout, rows));
  const metric = options.metric ?? metricOf(layout) ?? "cosine";
  const plan = indexStatement(layout, { ...settings, metric, rows: records.records });
  if ("none" in plan || layout.table.view) {
    const why = "none" in plan ? plan.none : "it is a view";
    return {
      outcome: "none",
      query: null,
      used: null,
      note: `${layout.collection} gets no index: ${why}`,
      notices: [],
    };
  }
  return sessions.lasting(call, async (asking, { onNotice }) => {
    const notices: string[] = [];
    onNotice((words) => void notices.push(words));
    // Whoever waited for this lock in a statement would hold up the build that has it: so nobody waits.
    const lock = `hashtextextended(${literal(`portage index ${layout.schema}.${plan.name}`)}, 0)`;
    const [mine] = await asking.rows(yes, `SELECT pg_try_advisory_lock(${lock}) AS yes`);
    if (!mine?.yes) throw beingBuilt(plan);
    try {
      const { outcome, name } = await build(asking, layout, plan, settings);
      await asking.run(`ANALYZE ${tableOf(layout)}`);
      const query = `SELECT ${quoted(layout.id.name)} FROM ${tableOf(layout)}${layout.within ? ` WHERE ${quoted(layout.within.column.name)} = ${literal(layout.within.value)}` : ""} ORDER BY ${plan.distance} LIMIT 10`;
      return { outcome, query, used: await isUsed(asking, layout, name, query), note: plan.note, notices };
    } finally {
      await asking.run(`SELECT pg_advisory_unlock(${lock})`).catch(() => {});
      tables.forget(index);
    }
  });
}

const beingBuilt = ({ name }: IndexPlan) =>
  refusal(
    "not-ready",
    operation,
    `The index ${name} is being built by somebody else`,
    "Wait until it is, then try again.",
  );

async function build(
  asking: Asking,
  layout: Layout,
  plan: IndexPlan,
  { indexMemoryMb }: IndexSettings,
): Promise<{ outcome: "built" | "stood"; name: string }> {
  const searched = layout.table.indexes.filter(({ method }) => method === "hnsw" || method === "ivfflat");
  const serves = ({ name, valid, operators, definition }: (typeof searched)[number]) =>
    valid &&
    (name === plan.name ||
      (operators.includes(plan.operatorClass) && definition.includes(layout.vector.name) && !layout.within));
  const standing = searched.find(serves);
  if (standing) return { outcome: "stood", name: standing.name };
  const [left] = await asking.rows(
    standingSchema,
    `SELECT i.indisvalid AS valid, EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid) AS building
       FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = $2`,
    [layout.schema, plan.name],
  );
  if (left?.building) throw beingBuilt(plan);
  // What a build leaves that was broken off: no query uses it, and every write pays for it.
  if (left && !left.valid) await asking.run(`DROP INDEX CONCURRENTLY ${quoted(layout.schema)}.${quoted(plan.name)}`);
  if (indexMemoryMb !== undefined) await asking.run(`SET maintenance_work_mem = '${indexMemoryMb}MB'`);
  try {
    await asking.run(plan.statement);
  } finally {
    await asking.run("RESET maintenance_work_mem").catch(() => {});
  }
  return { outcome: "built", name: plan.name };
}

const sampleSchema = z.object({ vector: z.string() });
const planSchema = z.object({ "QUERY PLAN": z.json() });

/** Has the server explain the application's kind of query, with a vector of the table. */
async function isUsed(asking: Asking, layout: Layout, index: string, query: string): Promise<FinishedIndex["used"]> {
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
  if (await names()) return "yes";
  await asking.run("SET enable_seqscan = off");
  try {
    return (await names()) ? "when-asked" : "no";
  } finally {
    await asking.run("RESET enable_seqscan");
  }
}
