import { runDetailSchema, runSchema } from "@/lib/shapes/runs/run";
import { rowsDownload } from "../verbs/rows-download";
import { type AnyDownload, verb } from "../verbs/verb";
import { exportFindings, exportFindingsInput } from "./export-findings";
import { exportLog, exportLogInput } from "./export-log";
import { listFindings, listFindingsAnswer, listFindingsInput } from "./list-findings";
import { listLog, listLogAnswer, listLogInput } from "./list-log";
import { listRuns, listRunsAnswer, listRunsInput } from "./list-runs";
import { listSegments, listSegmentsAnswer, listSegmentsInput } from "./list-segments";
import { showRun, showRunInput } from "./show-run";
import { showRunDetail, showRunDetailInput } from "./show-run-detail";

const read = { method: "GET", kind: "read" } as const;

/** Runs as they stand, with their namespaces, findings and logs: the part of the registry that reads them. */
export const runViewVerbs = {
  listRuns: verb({
    ...read,
    name: "listRuns",
    role: "viewer",
    summary: "Runs, newest first.",
    path: "/runs",
    input: listRunsInput,
    output: listRunsAnswer,
    run: listRuns,
  }),
  showRun: verb({
    ...read,
    name: "showRun",
    role: "viewer",
    summary: "One run with its sums.",
    path: "/runs/{id}",
    input: showRunInput,
    output: runSchema,
    run: showRun,
  }),
  showRunDetail: verb({
    ...read,
    name: "showRunDetail",
    role: "viewer",
    summary: "One run with its settings, first segments, throughput and timeline.",
    path: "/runs/{id}/detail",
    input: showRunDetailInput,
    output: runDetailSchema,
    run: showRunDetail,
  }),
  listSegments: verb({
    ...read,
    name: "listSegments",
    role: "viewer",
    summary: "A run's namespaces, each with its sums and verdict.",
    path: "/runs/{id}/segments",
    input: listSegmentsInput,
    output: listSegmentsAnswer,
    run: listSegments,
  }),
  listFindings: verb({
    ...read,
    name: "listFindings",
    role: "viewer",
    summary: "Records that a run left alone or that need a look, with their reasons.",
    path: "/runs/{id}/findings",
    input: listFindingsInput,
    output: listFindingsAnswer,
    run: listFindings,
  }),
  listLog: verb({
    ...read,
    name: "listLog",
    role: "viewer",
    summary: "A run's log, newest line first.",
    path: "/runs/{id}/log",
    input: listLogInput,
    output: listLogAnswer,
    run: listLog,
  }),
};

/** What a run found and noted, whole: text that is made while it is sent. */
export const runDownloads: readonly AnyDownload[] = [
  rowsDownload({
    name: "exportFindings",
    summary: "A run's findings as JSON lines or CSV.",
    path: "/runs/{id}/findings/export",
    input: exportFindingsInput,
    what: "findings",
    rows: exportFindings,
  }),
  rowsDownload({
    name: "exportLog",
    summary: "A run's log as JSON lines or CSV, oldest line first.",
    path: "/runs/{id}/log/export",
    input: exportLogInput,
    what: "log",
    rows: exportLog,
  }),
];
