import { attentionVerbs } from "../attention/attention-verbs";
import { auditExport, auditVerbs } from "../audit/audit-verbs";
import { canaryVerbs } from "../canary/canary-verbs";
import { connectionVerbs } from "../connections/connection-verbs";
import { inspectFiles } from "../connections/inspect-files";
import { clearanceVerbs } from "../documents/clearance-verbs";
import { documentVerbs } from "../documents/document-verbs";
import { gateReport } from "../gate/gate-report";
import { gateVerbs } from "../gate/gate-verbs";
import { backupExport } from "../history/export-backup";
import { historyVerbs } from "../history/history-verbs";
import { moveVerbs } from "../move/move-verbs";
import { namespaceVerbs } from "../namespaces/namespace-verbs";
import { overviewVerbs } from "../overview/overview-verbs";
import { mirrorVerbs } from "../plans/mirror-verbs";
import { changesExport, planVerbs } from "../plans/plan-verbs";
import { questionSetExport, questionVerbs } from "../questions/question-verbs";
import { routeVerbs } from "../routes/route-verbs";
import { runVerbs } from "../runs/run-verbs";
import { runDownloads, runViewVerbs } from "../runs/run-view-verbs";
import { scheduleVerbs } from "../schedules/schedule-verbs";
import { searchVerbs } from "../search/search-verbs";
import { switchVerbs } from "../switch/switch-verbs";
import { teamVerbs } from "../team/team-verbs";
import type { AnyDownload, AnyUpload, AnyVerb } from "./verb";

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
  ...questionVerbs,
  ...gateVerbs,
  ...historyVerbs,
  ...auditVerbs,
  ...teamVerbs,
  ...switchVerbs,
  ...canaryVerbs,
  ...moveVerbs,
  ...namespaceVerbs,
  ...overviewVerbs,
  ...planVerbs,
  ...runViewVerbs,
};

/** The same as a list, for routes and documents. */
export const allVerbs: readonly AnyVerb[] = Object.values(verbs);

/** What can be downloaded: text that is made while it is sent. */
export const downloads: readonly AnyDownload[] = [
  changesExport,
  backupExport,
  auditExport,
  gateReport,
  questionSetExport,
  ...runDownloads,
];

/** What can be asked with files. */
export const uploads: readonly AnyUpload[] = [inspectFiles];
