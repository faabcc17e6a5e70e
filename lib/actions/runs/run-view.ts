import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { knownModel } from "@/lib/embedders/gemini/models";
import { changedTextsWarning, cutWarning } from "@/lib/runs/compare/cut-texts";
import { fillsInSql } from "@/lib/runs/lifecycle/fills-in-sql";
import { onRouteOf } from "@/lib/shapes/routes/route";
import { problemSchema, type Run, runKinds, runStates } from "@/lib/shapes/runs/run";
import { finishedSchema } from "@/lib/shapes/runs/steps";
import { sampledInSql, wordInSql } from "@/lib/shapes/runs/verdict";
import type { VerdictWord } from "@/lib/shapes/runs/verdict-words";
import { amount, instant, json } from "../answers/columns";
import { notFound } from "../verbs/not-found";
import { lost, worked } from "./counters";
import { ceilingsOf, costColumns, costJoins, costOf, costSums, runCostRow } from "./run-cost";
import { rateOf } from "./run-rate";

/** Names that a run shows where many runs or many moments of one are answered; `namespaceTotal` says how many there are. */
export const namespacesShown = 1000;

/** Of the settings; runs of the environment's route hold none. */
const storedRoute = z.object({ name: z.string(), revision: z.number() }).nullable();

const runRow = z.object({
  id: z.string(),
  kind: z.enum(runKinds),
  fills: z.boolean(),
  state: z.enum(runStates),
  planId: z.string().nullable(),
  route: json(storedRoute),
  namespaces: z.array(z.string()),
  namespaceTotal: amount,
  retryOf: z.string().nullable(),
  waitingFor: z.string().nullable(),
  waitingUntil: instant.nullable(),
  startedBy: z.string(),
  speedLimit: z.number().nullable(),
  createdAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  error: json(problemSchema.nullable()),
  finished: json(finishedSchema.nullable()),
  listed: z.boolean(),
  total: amount,
  expected: amount.nullable(),
  ...worked,
  ...lost,
  lostMs: amount,
  verifiedOk: amount,
  verifiedSampled: amount,
  verifiedPartly: amount,
  verifiedIncomplete: amount,
  verifiedNothing: amount,
  verifiedFailed: amount,
  verifiedPending: amount,
  findingsSkipped: amount,
  findingsFailed: amount,
  findingsDrifted: amount,
  findingsWarning: amount,
  cutTexts: amount,
  changedTexts: amount,
  model: z.string().nullable(),
  now: instant,
  ...runCostRow.shape,
  sampledAt: instant.nullable(),
  sampledDone: amount.nullable(),
  sampledWritten: amount.nullable(),
});

const counted = (word: VerdictWord, as: string) =>
  `count(*) FILTER (WHERE ${wordInSql('s."verdict"')} = '${word}') AS "${as}"`;

/**
 * One statement for any number of runs: the runs that `selection` picks, with sums over their segments, their findings by
 * kind, and the sample that the rate is measured from.
 * @param selection what follows `FROM "Run" r`, ending in an order; its values are `$2` and on, `$1` is the names shown
 */
const statement = (selection: string) => `
WITH page AS MATERIALIZED (SELECT r.*, row_number() OVER () AS place FROM (SELECT r.* FROM (SELECT * FROM "Run" WHERE "removing" IS NULL) r ${selection}) r),
sums AS (
  SELECT s."runId", bool_and(s."listed") AS listed, sum(s."total") AS total,
    CASE WHEN bool_and(s."expected" IS NOT NULL OR s."listed")
      THEN sum(CASE WHEN s."listed" THEN s."total" ELSE s."expected" END) END AS expected,
    sum(s."written") AS written, sum(s."unchanged") AS unchanged, sum(s."skipped") AS skipped, sum(s."failed") AS failed,
    sum(s."drifted") AS drifted, sum(s."texts") AS texts, sum(s."tokens") AS tokens, sum(s."usd") AS usd,
    ${counted("verified", "verifiedOk")}, ${counted("compared-in-part", "verifiedPartly")}, ${counted("incomplete", "verifiedIncomplete")},
    count(*) FILTER (WHERE ${wordInSql('s."verdict"')} = 'verified' AND ${sampledInSql('s."verdict"')}) AS "verifiedSampled",
    ${counted("nothing-to-verify", "verifiedNothing")}, ${counted("not-verified", "verifiedFailed")},
    sum(s."lostTexts") AS "lostTexts", sum(s."lostTokens") AS "lostTokens", sum(s."lostUsd") AS "lostUsd",
    count(*) FILTER (WHERE s."verdict"->>'ok' IS NULL) AS "verifiedPending",
    ${costSums},
    min(s."waitingFor") FILTER (WHERE s."state" = 'waiting') AS "waitingFor",
    min(s."wakeAt") FILTER (WHERE s."state" = 'waiting') AS "waitingUntil"
  FROM "Segment" s WHERE s."runId" IN (SELECT "id" FROM page) GROUP BY s."runId"),
kinds AS (
  SELECT f."runId", count(*) FILTER (WHERE f."kind" = 'skipped') AS skipped, count(*) FILTER (WHERE f."kind" = 'failed') AS failed,
    count(*) FILTER (WHERE f."kind" = 'drifted') AS drifted, count(*) FILTER (WHERE f."kind" = 'warning') AS warning,
    count(*) FILTER (WHERE f."kind" = 'warning' AND f."reason" = 'text-too-long') AS cut,
    count(*) FILTER (WHERE f."kind" = 'warning' AND f."reason" = 'text-changed') AS changed
  FROM "Finding" f WHERE f."runId" IN (SELECT "id" FROM page) GROUP BY f."runId")
SELECT page."id", page."kind", ${fillsInSql("page")} AS "fills", page."state", page."planId", page."settings" -> 'route' AS "route", page."namespaces"[1:$1::int] AS namespaces,
  cardinality(page."namespaces") AS "namespaceTotal", page."retryOf",
  coalesce(page."waitingFor", sums."waitingFor") AS "waitingFor",
  CASE WHEN page."waitingFor" IS NOT NULL THEN page."waitingUntil" ELSE sums."waitingUntil" END AS "waitingUntil",
  page."startedBy", page."speedLimit", page."createdAt", page."startedAt", page."endedAt", page."error", page."finished",
  coalesce(sums.listed, false) AS listed, coalesce(sums.total, 0)::float8 AS total, sums.expected::float8 AS expected,
  coalesce(sums.written, 0)::float8 AS written, coalesce(sums.unchanged, 0)::float8 AS unchanged,
  coalesce(sums.skipped, 0)::float8 AS skipped, coalesce(sums.failed, 0)::float8 AS failed,
  coalesce(sums.drifted, 0)::float8 AS drifted, coalesce(sums.texts, 0)::float8 AS texts,
  coalesce(sums.tokens, 0)::float8 AS tokens, coalesce(sums.usd, 0)::float8 AS usd,
  coalesce(sums."lostTexts", 0)::float8 AS "lostTexts", coalesce(sums."lostTokens", 0)::float8 AS "lostTokens",
  coalesce(sums."lostUsd", 0)::float8 AS "lostUsd", page."lostMs"::float8 AS "lostMs",
  coalesce(sums."verifiedOk", 0)::float8 AS "verifiedOk", coalesce(sums."verifiedFailed", 0)::float8 AS "verifiedFailed",
  coalesce(sums."verifiedSampled", 0)::float8 AS "verifiedSampled",
  coalesce(sums."verifiedPartly", 0)::float8 AS "verifiedPartly", coalesce(sums."verifiedIncomplete", 0)::float8 AS "verifiedIncomplete",
  coalesce(sums."verifiedNothing", 0)::float8 AS "verifiedNothing",
  coalesce(sums."verifiedPending", 0)::float8 AS "verifiedPending",
  coalesce(kinds.skipped, 0)::float8 AS "findingsSkipped", coalesce(kinds.failed, 0)::float8 AS "findingsFailed",
  coalesce(kinds.drifted, 0)::float8 AS "findingsDrifted", coalesce(kinds.warning, 0)::float8 AS "findingsWarning",
  coalesce(kinds.cut, 0)::float8 AS "cutTexts", coalesce(kinds.changed, 0)::float8 AS "changedTexts", page."settings" -> 'embedder' ->> 'model' AS model,
  ${costColumns},
  now() AS now, sample."at" AS "sampledAt", sample.done AS "sampledDone", sample.written AS "sampledWritten"
FROM page ${costJoins} LEFT JOIN sums ON sums."runId" = page."id" LEFT JOIN kinds ON kinds."runId" = page."id"
LEFT JOIN LATERAL (
  (SELECT 1 AS preference, m."at", (m."written" + m."unchanged" + m."skipped" + m."failed")::float8 AS done, m."written"::float8 AS written FROM "Sample" m
    WHERE m."runId" = page."id" AND m."at" >= now() - interval '15 seconds' ORDER BY m."at" LIMIT 1)
  UNION ALL
  (SELECT 2, m."at", (m."written" + m."unchanged" + m."skipped" + m."failed")::float8, m."written"::float8 FROM "Sample" m
    WHERE m."runId" = page."id" AND m."at" < now() - interval '15 seconds' ORDER BY m."at" DESC LIMIT 1)
  ORDER BY 1 LIMIT 1
) sample ON page."state" = 'running'
ORDER BY page.place`;

function toRun(row: z.infer<typeof runRow>): Run {
  const mayWait = row.state === "queued" || row.state === "running" || row.state === "waiting";
  const total = row.listed ? row.total : null;
  const ended = row.written + row.unchanged + row.skipped + row.failed + row.drifted;
  return {
    id: row.id,
    kind: row.kind,
    ...(row.fills ? { fills: true } : {}),
    state: row.state,
    planId: row.planId,
    route: onRouteOf(row.route),
    namespaces: row.namespaces,
    namespaceTotal: row.namespaceTotal,
    total,
    listed: row.total,
    expected: row.expected,
    outcome: {
      written: row.written,
      unchanged: row.unchanged,
      skipped: row.skipped,
      failed: row.failed,
      drifted: row.drifted,
    },
    embedded: { texts: row.texts, tokens: row.tokens, usd: row.usd },
    unwritten: { texts: row.lostTexts, tokens: row.lostTokens, usd: row.lostUsd },
    lostSeconds: Math.round(row.lostMs / 1000),
    ...costOf(row, row.usd),
    ceilings: ceilingsOf(row, row.state, total === null ? null : Math.max(0, total - ended)),
    rate: rateOf({ ...row, expected: total ?? row.expected }),
    waitingFor: mayWait ? row.waitingFor : null,
    waitingUntil: mayWait ? row.waitingUntil : null,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    startedBy: row.startedBy,
    retryOf: row.retryOf,
    error: row.error,
    speedLimit: row.speedLimit,
    verified: {
      ok: row.verifiedOk,
      sampled: row.verifiedSampled,
      partly: row.verifiedPartly,
      incomplete: row.verifiedIncomplete,
      nothing: row.verifiedNothing,
      failed: row.verifiedFailed,
      pending: row.verifiedPending,
    },
    warnings: [
      ...(row.cutTexts === 0
        ? []
        : [cutWarning(row.cutTexts, knownModel(row.model ?? "")?.tokensPerText ?? null, row.id)]),
      ...(row.changedTexts === 0 ? [] : [changedTextsWarning(row.changedTexts, row.id)]),
    ],
    findings: {
      skipped: row.findingsSkipped,
      failed: row.findingsFailed,
      drifted: row.findingsDrifted,
      warning: row.findingsWarning,
    },
    ...(row.finished === null ? {} : { finished: row.finished }),
  };
}

/**
 * Runs as every edge shows them, in one statement. `selection` follows `FROM "Run" r`; its values start at `$2`.
 * @param shown how many names of namespaces each run carries
 */
export async function readRuns(sql: Sql, selection: string, values: readonly unknown[], shown = namespacesShown) {
  const rows = await sql.rows(runRow, statement(selection), [shown, ...values]);
  return rows.map(toRun);
}

/** One run with all its namespaces. Throws an `OperatorError` (`run-not-found`). */
export async function readRun(sql: Sql, id: string, shown = 2_147_483_647) {
  // No database stores a NUL character.
  const [run] = id.includes("\0") ? [] : await readRuns(sql, `WHERE r."id" = $2`, [id], shown);
  if (!run) throw notFound("run", id);
  return run;
}
