import { z } from "zod";
import { toEntry } from "@/lib/audit/entry-rows";
import { auditRows } from "@/lib/audit/filters";
import { verifyTrail } from "@/lib/audit/verify-trail";
import { auditVerdictSchema } from "@/lib/shapes/team/audit";
import { parseInput } from "../verbs/parse-input";
import { type AnyDownload, verb } from "../verbs/verb";
import { exportAuditInput, listAudit, listAuditAnswer, listAuditInput } from "./list-audit";

const nothing = z.strictObject({});

/** Who did what: the part of the registry. */
export const auditVerbs = {
  listAudit: verb({
    method: "GET",
    kind: "read",
    name: "listAudit",
    role: "admin",
    summary: "Who did what, on which plan, allowed or refused: the audit trail, newest first.",
    path: "/audit",
    input: listAuditInput,
    output: listAuditAnswer,
    run: listAudit,
  }),
  verifyAudit: verb({
    method: "GET",
    kind: "read",
    name: "verifyAudit",
    role: "admin",
    summary: "Computes every hash of the audit trail again: whether an entry was changed or removed.",
    path: "/audit/verify",
    input: nothing,
    output: auditVerdictSchema,
    run: ({ database }) => verifyTrail(database),
  }),
};

/** The trail as JSON lines, oldest first. */
export const auditExport: AnyDownload = {
  name: "exportAudit",
  role: "admin",
  summary: "The audit trail as JSON lines, oldest entry first.",
  path: "/audit/export",
  input: exportAuditInput,
  async open(ctx, raw) {
    const input = parseInput(exportAuditInput, raw);
    return { type: "application/x-ndjson", fileName: "portage-audit.jsonl", chunks: lines() };

    async function* lines() {
      for await (const row of auditRows(ctx.database, input)) yield `${JSON.stringify(toEntry(row))}\n`;
    }
  },
};
