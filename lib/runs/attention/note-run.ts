import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { amountWords, ceilingOf, ceilingWords } from "@/lib/plan/estimate/ceilings";
import { problemSchema, runKinds, runStates } from "@/lib/shapes/runs/run";
import { type CeilingRow, readCeiling } from "../lifecycle/ceiling-rows";
import { fillsInSql } from "../lifecycle/fills-in-sql";
import { noteReadBack } from "../plans/readings";
import { supersedeOlder } from "../plans/supersede";
import { notePlan } from "./note-plan";
import type { NewAttention } from "./open";
import { routeOfSettings, settleAttention } from "./open";
import { solveCovered } from "./solve-covered";

const runCauses = ["run-failed", "verify-failed", "run-paused", "records-not-written", "listing-short"] as const;

const runRow = z.object({
  kind: z.enum(runKinds),
  fills: z.boolean(),
  state: z.enum(runStates),
  planId: z.string().nullable(),
  retryOf: z.string().nullable(),
  createdAt: z.date(),
  target: z.string().nullable(),
  route: z.string().nullable(),
  error: problemSchema.nullable(),
  waitingFor: z.string().nullable(),
  left: z.array(z.string()).nullable(),
  unverified: z.array(z.string()).nullable(),
  notWritten: z.number(),
  findingPlaces: z.array(z.string()).nullable(),
  shortPlaces: z.array(z.string()).nullable(),
  /** What the first of them gave against what is counted. */
  shortWords: z.string().nullable(),
});
type Row = z.infer<typeof runRow>;

/** Findings that nobody has tried again: a retry that was cancelled tried nothing. `$1` is the run. */
const openFindings = `FROM "Finding" f WHERE f."runId" = $1 AND f."kind" IN ('skipped', 'failed', 'drifted')
  AND (f."retriedBy" IS NULL OR EXISTS (SELECT 1 FROM "Run" t WHERE t."id" = f."retriedBy" AND t."state" = 'cancelled'))`;

/**
 * Brings what a run leaves for somebody in line with its state, and solves what it has put right. To be called in the transaction that
 * moves the run; safe to call again.
 */
export async function noteRun(sql: Sql, runId: string): Promise<void> {
  const run = await readRun(sql, runId);
  if (!run) return;
  const ceiling = run.state === "paused" ? await readCeiling(sql, runId) : null;
  await settleAttention(
    sql,
    { column: "runId", id: runId, causes: runCauses },
    itemsOf(runId, run, ceiling),
    solvedWords(runId, run),
  );
  if (run.state === "succeeded" || run.state === "succeeded-with-findings") {
    if (run.kind === "reembed" || run.kind === "verify") await noteReadBack(sql, runId);
    await solveCovered(sql, runId);
    if (run.kind === "plan" && run.planId !== null) await supersedeOlder(sql, run.planId);
  }
  if (run.planId !== null) await notePlan(sql, run.planId);
  if (run.retryOf !== null) await noteRun(sql, run.retryOf);
}

const amountIn = (part: string) => `coalesce((s."verdict" ->> '${part}')::int, 0)`;

/** A verdict that only a short listing spoilt is told as that. */
async function readRun(sql: Sql, runId: string): Promise<Row | undefined> {
  const [run] = await sql.rows(
    runRow,
    `SELECT r."kind", ${fillsInSql("r")} AS "fills", r."state", r."planId", r."retryOf", r."createdAt", r."settings" #>> '{target,index}' AS "target", ${routeOfSettings("r")} AS "route", r."error", r."waitingFor",
            CASE WHEN r."state" IN ('failed', 'paused')
                 THEN (SELECT array_agg(s."namespace" ORDER BY s."position") FROM "Segment" s WHERE s."runId" = $1 AND s."state" <> 'done') END AS "left",
            CASE WHEN r."state" LIKE 'succeeded%'
                 THEN (SELECT array_agg(s."namespace" ORDER BY s."position") FROM "Segment" s WHERE s."runId" = $1 AND s."verdict" ->> 'ok' = 'false'
                         AND NOT (s."short" > 0 AND ${amountIn("missing")} = 0 AND ${amountIn("sampleMismatches")} = 0)) END AS "unverified",
            CASE WHEN r."state" = 'succeeded-with-findings' AND r."kind" IN ('reembed', 'mirror', 'clearance')
                 THEN (SELECT count(DISTINCT (f."namespace", f."index", f."recordId"))::int ${openFindings}) ELSE 0 END AS "notWritten",
            CASE WHEN r."state" <> 'succeeded-with-findings' THEN NULL
                 WHEN r."kind" = 'clearance' THEN (SELECT array_agg(s."namespace") FROM "Segment" s WHERE s."runId" = $1)
                 ELSE (SELECT array_agg(DISTINCT f."namespace") ${openFindings}) END AS "findingPlaces",
            CASE WHEN r."state" = 'succeeded-with-findings' AND r."kind" <> 'clearance'
                 THEN (SELECT array_agg(s."namespace" ORDER BY s."position") FROM "Segment" s WHERE s."runId" = $1 AND s."short" > 0) END AS "shortPlaces",
            (SELECT f."detail" FROM "Finding" f WHERE f."runId" = $1 AND f."reason" = 'listing-short' ORDER BY f."id" LIMIT 1) AS "shortWords"
       FROM "Run" r WHERE r."id" = $1`,
    [runId],
  );
  return run;
}

const kindWords: Record<Row["kind"], string> = {
  plan: "analysis",
  reembed: "migration",
  mirror: "mirroring",
  clearance: "clearance",
  verify: "verification",
};

/** `a migration`, at the beginning of a sentence. */
const oneOf = ({ kind, fills }: Pick<Row, "kind" | "fills">) =>
  `${kind === "plan" ? "An" : "A"} ${fills ? "filling" : kindWords[kind]}`;

/** A pause that nobody asked for has its own words: which ceiling, and the two ways on. */
function pauseWords(run: Row, ceiling: CeilingRow | null): Pick<NewAttention, "what" | "next"> {
  const reached = ceiling?.reached ?? null;
  const most = ceiling === null || reached === null ? null : ceilingOf(ceiling, reached);
  if (ceiling === null || reached === null || most === null)
    return { what: `${oneOf(run)} is paused.`, next: "Resume or cancel it." };
  return {
    what: `${oneOf(run)} is paused at its ceiling of ${ceilingWords(reached, most)}: ${amountWords(reached, ceiling[reached])} so far.`,
    next: "Raise the ceiling and resume it, or cancel it to leave it at that: what was written stays.",
  };
}

function itemsOf(runId: string, run: Row, ceiling: CeilingRow | null): NewAttention[] {
  const { kind, state, target, route, createdAt: subjectAt } = run;
  const common = { subject: runId, runId, runKind: kind, target, route, subjectAt };
  const href = `/runs/${runId}`;
  if (state === "failed")
    return [
      {
        ...common,
        cause: "run-failed",
        level: "error",
        what: `${oneOf(run)} failed: ${run.error?.what ?? "see its log."}`,
        next: run.error?.next ?? "Fix the cause, then resume the run.",
        href,
        places: run.left ?? [],
      },
    ];
  if (state === "paused")
    return [
      {
        ...common,
        cause: "run-paused",
        level: "warn",
        ...pauseWords(run, ceiling),
        href,
        places: run.left ?? [],
      },
    ];
  if (state !== "succeeded" && state !== "succeeded-with-findings") return [];
  const items: NewAttention[] = [];
  const unverified = run.unverified ?? [];
  if (unverified.length > 0)
    items.push({
      ...common,
      cause: "verify-failed",
      level: "error",
      what:
        unverified.length === 1
          ? "The target doesn't hold what it should: the verification of 1 namespace failed."
          : `The target doesn't hold what it should: the verification of ${unverified.length.toLocaleString("en-US")} namespaces failed.`,
      next: "See what differs, then migrate or mirror the namespace again.",
      href,
      places: unverified,
    });
  if (run.notWritten > 0)
    items.push({
      ...common,
      cause: "records-not-written",
      level: "warn",
      what: `${oneOf(run)} didn't write ${run.notWritten === 1 ? "1 record" : `${run.notWritten.toLocaleString("en-US")} records`}.`,
      next: "See its findings; retry those whose cause is fixed.",
      href: `${href}?tab=findings`,
      places: run.findingPlaces ?? [],
      records: run.notWritten,
    });
  const short = run.shortPlaces ?? [];
  if (short.length > 0)
    items.push({
      ...common,
      cause: "listing-short",
      level: "warn",
      what: `${oneOf(run)} ended short of the statistics${short.length === 1 ? "" : ` in ${short.length.toLocaleString("en-US")} namespaces`}: ${
        run.shortWords?.split(". ")[0] ?? "a listing gave less than is counted"
      }.`,
      next: "Records that were not listed were not looked at: start it again later, it takes up what is missing.",
      href: `${href}?tab=findings&reason=listing-short`,
      places: short,
    });
  return items;
}

function solvedWords(runId: string, { state }: Row): string {
  if (state === "cancelled" || state === "cancelling") return `${runId} was cancelled`;
  if (state === "succeeded" || state === "succeeded-with-findings") return `${runId} finished`;
  return `${runId} went on`;
}
