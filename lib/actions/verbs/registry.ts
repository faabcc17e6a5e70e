import { namespacePageSchema, namespaceRowSchema, namespacesSchema } from "@/lib/shapes/namespaces/namespaces";
import { recordViewSchema } from "@/lib/shapes/namespaces/record";
import { doctorSchema, overviewSchema } from "@/lib/shapes/overview";
import { planSchema } from "@/lib/shapes/plans/plan";
import { runDetailSchema, runSchema } from "@/lib/shapes/runs/run";
import { exportTypes } from "../answers/csv";
import { attentionVerbs } from "../attention/attention-verbs";
import { auditExport, auditVerbs } from "../audit/audit-verbs";
import { canaryVerbs } from "../canary/canary-verbs";
import { checkConnections, checkConnectionsInput } from "../connections/check-connections";
import { connectionVerbs } from "../connections/connection-verbs";
import { configurationSchema, showConfiguration, showConfigurationInput } from "../connections/show-configuration";
import { clearanceVerbs } from "../documents/clearance-verbs";
import { documentVerbs } from "../documents/document-verbs";
import { gateReport } from "../gate/gate-report";
import { gateVerbs } from "../gate/gate-verbs";
import { backupExport } from "../history/export-backup";
import { historyVerbs } from "../history/history-verbs";
import { moveVerbs } from "../move/move-verbs";
import { browseNamespaces, browseNamespacesInput } from "../namespaces/browse-namespaces";
import { countNamespace, countNamespaceInput } from "../namespaces/count-namespace";
import { listNamespaces, listNamespacesInput } from "../namespaces/list-namespaces";
import { refreshNamespaces, refreshNamespacesAnswer, refreshNamespacesInput } from "../namespaces/refresh-namespaces";
import { showRecord, showRecordInput } from "../namespaces/show-record";
import { showOverview, showOverviewInput } from "../overview/show-overview";
import { exportChanges, exportChangesInput } from "../plans/export-changes";
import { listPlans, listPlansAnswer, listPlansInput } from "../plans/list-plans";
import { mirrorVerbs } from "../plans/mirror-verbs";
import { showPlan, showPlanInput } from "../plans/show-plan";
import { routeVerbs } from "../routes/route-verbs";
import { exportFindings, exportFindingsInput } from "../runs/export-findings";
import { exportLog, exportLogInput } from "../runs/export-log";
import { listFindings, listFindingsAnswer, listFindingsInput } from "../runs/list-findings";
import { listLog, listLogAnswer, listLogInput } from "../runs/list-log";
import { listRuns, listRunsAnswer, listRunsInput } from "../runs/list-runs";
import { listSegments, listSegmentsAnswer, listSegmentsInput } from "../runs/list-segments";
import { runVerbs } from "../runs/run-verbs";
import { showRun, showRunInput } from "../runs/show-run";
import { showRunDetail, showRunDetailInput } from "../runs/show-run-detail";
import { scheduleVerbs } from "../schedules/schedule-verbs";
import { searchVerbs } from "../search/search-verbs";
import { switchVerbs } from "../switch/switch-verbs";
import { teamVerbs } from "../team/team-verbs";
import { parseInput } from "./parse-input";
import { type AnyDownload, type AnyVerb, verb } from "./verb";

const read = { method: "GET", kind: "read" } as const;
const write = { method: "POST", kind: "write" } as const;

/** Everything that Portage can be asked for or told: web, command line and HTTP take it from here. */
export const verbs = {
  ...runVerbs,
  ...mirrorVerbs,
  ...clearanceVerbs,
  ...scheduleVerbs,
  ...attentionVerbs,
  ...documentVerbs,
  ...connectionVerbs,
  ...routeVerbs,
  ...searchVerbs,
  ...gateVerbs,
  ...historyVerbs,
  ...auditVerbs,
  ...teamVerbs,
  ...switchVerbs,
  ...canaryVerbs,
  ...moveVerbs,
  listNamespaces: verb({
    ...read,
    name: "listNamespaces",
    role: "viewer",
    summary: "Namespaces of both indexes with their counts, as statistics have them now.",
    path: "/namespaces",
    input: listNamespacesInput,
    output: namespacesSchema,
    run: listNamespaces,
  }),
  browseNamespaces: verb({
    ...read,
    name: "browseNamespaces",
    role: "viewer",
    summary: "One page of all namespaces, searched and sorted, from counts that are at most about 30 s old.",
    path: "/namespaces/browse",
    input: browseNamespacesInput,
    output: namespacePageSchema,
    run: browseNamespaces,
  }),
  refreshNamespaces: verb({
    ...write,
    name: "refreshNamespaces",
    role: "operator",
    summary: "Reads the counts of both indexes again.",
    path: "/namespaces/refresh",
    input: refreshNamespacesInput,
    output: refreshNamespacesAnswer,
    run: refreshNamespaces,
  }),
  countNamespace: verb({
    ...read,
    name: "countNamespace",
    role: "viewer",
    summary: "Records of a namespace on both sides: from statistics, or exactly by listing.",
    path: "/namespaces/count",
    input: countNamespaceInput,
    output: namespaceRowSchema,
    run: countNamespace,
  }),
  showRecord: verb({
    ...read,
    name: "showRecord",
    role: "viewer",
    summary: "One record of a namespace with its metadata as both indexes have it now, and in what they differ.",
    path: "/namespaces/record",
    input: showRecordInput,
    output: recordViewSchema,
    run: showRecord,
  }),
  showOverview: verb({
    ...read,
    name: "showOverview",
    role: "viewer",
    summary: "Both sides, progress, the last runs and what needs attention.",
    path: "/overview",
    input: showOverviewInput,
    output: overviewSchema,
    run: showOverview,
  }),
  showConfiguration: verb({
    ...read,
    name: "showConfiguration",
    role: "viewer",
    summary: "Every setting in force and where it comes from; secrets are masked.",
    path: "/configuration",
    input: showConfigurationInput,
    output: configurationSchema,
    run: showConfiguration,
  }),
  // Embeds a word: nothing that costs is done for a GET.
  checkConnections: verb({
    method: "POST",
    kind: "read",
    name: "checkConnections",
    role: "operator",
    summary: "Asks every service one cheap question and says what is wrong.",
    path: "/doctor",
    input: checkConnectionsInput,
    output: doctorSchema,
    run: checkConnections,
  }),
  listPlans: verb({
    ...read,
    name: "listPlans",
    role: "viewer",
    summary: "Plans, newest first.",
    path: "/plans",
    input: listPlansInput,
    output: listPlansAnswer,
    run: listPlans,
  }),
  showPlan: verb({
    ...read,
    name: "showPlan",
    role: "viewer",
    summary: "What a plan would change and cost.",
    path: "/plans/{id}",
    input: showPlanInput,
    output: planSchema,
    run: showPlan,
  }),
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

/** The same as a list, for routes and documents. */
export const allVerbs: readonly AnyVerb[] = Object.values(verbs);

/** A plan's changes, whole. */
export const changesExport: AnyDownload = {
  name: "exportChanges",
  role: "viewer",
  summary: "A plan's changes, whole: a JSON line a change, or a CSV line a differing key.",
  path: "/plans/{id}/export",
  input: exportChangesInput,
  async open(ctx, raw, options) {
    const input = parseInput(exportChangesInput, raw);
    const chunks = await exportChanges(ctx, input, options);
    return { type: exportTypes[input.format], fileName: `${input.id}-changes.${input.format}`, chunks };
  },
};

/** What can be downloaded: text that is made while it is sent. */
export const downloads: readonly AnyDownload[] = [
  changesExport,
  backupExport,
  auditExport,
  gateReport,
  {
    name: "exportFindings",
    role: "viewer",
    summary: "A run's findings as JSON lines or CSV.",
    path: "/runs/{id}/findings/export",
    input: exportFindingsInput,
    async open(ctx, raw, options) {
      const input = parseInput(exportFindingsInput, raw);
      const chunks = await exportFindings(ctx, input, options);
      return { type: exportTypes[input.format], fileName: `${input.id}-findings.${input.format}`, chunks };
    },
  },
  {
    name: "exportLog",
    role: "viewer",
    summary: "A run's log as JSON lines or CSV, oldest line first.",
    path: "/runs/{id}/log/export",
    input: exportLogInput,
    async open(ctx, raw, options) {
      const input = parseInput(exportLogInput, raw);
      const chunks = await exportLog(ctx, input, options);
      return { type: exportTypes[input.format], fileName: `${input.id}-log.${input.format}`, chunks };
    },
  },
];
