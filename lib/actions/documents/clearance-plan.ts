import { z } from "zod";
import { mayStart, preconditionsOf } from "@/lib/documents/clearance/preconditions";
import { readFindings } from "@/lib/documents/clearance/read-findings";
import { type ClearanceRequest, clearanceRequestSchema } from "@/lib/documents/clearance/request";
import type { DocumentIndex } from "@/lib/documents/contract";
import type { TargetShape } from "@/lib/documents/target-shape";
import { OperatorError } from "@/lib/operator-error";
import { clearanceSettingsNow } from "@/lib/runs/clearance/settings";
import type { ClearanceSettings } from "@/lib/shapes/documents/clearance";
import type { PreconditionView } from "@/lib/shapes/documents/documents";
import { type AnySettings, anySettingsSchema, isClearance } from "@/lib/shapes/runs/run";
import { json } from "../answers/columns";
import type { Context } from "../verbs/context";
import type { VerbOptions } from "../verbs/verb";
import { askingDocuments, configuredDocuments } from "./documents";

/**
 * Checks everything that can be known to go wrong before documents are scanned or written: the names, the mapping, blocks, rights.
 * Answers what the names stand for, and what is worth knowing. Throws an `OperatorError` with the code of the first precondition that
 * isn't met.
 */
export async function requireWritable(
  documents: DocumentIndex,
  target: readonly string[],
  request: ClearanceRequest,
  options: VerbOptions = {},
): Promise<{ shape: TargetShape; preconditions: PreconditionView[] }> {
  const findings = await askingDocuments(() => readFindings(documents, target, request, options));
  const preconditions = preconditionsOf(request, findings);
  const { shape } = findings;
  if (mayStart(preconditions) && shape !== null) return { shape, preconditions };
  throw unmet(target, preconditions);
}

function unmet(target: readonly string[], preconditions: readonly PreconditionView[]): OperatorError {
  const stops = preconditions.filter(({ level }) => level === "stop");
  const [first] = stops;
  const offered = stops.some(({ offer }) => offer !== null);
  const next = first?.next ?? "Fix it, then plan again.";
  const unknown = first?.code === "unknown-index";
  return new OperatorError({
    kind: unknown ? "usage" : "refused",
    code: first?.code ?? "not-ready",
    what: stops.map(({ what }) => what).join(" ") || `${target.join(", ")} can't be written to.`,
    notLost: "Nothing was read or written.",
    next: offered ? `${next} On the command line: portage clearance add-mapping.` : next,
  });
}

/** The settings of any plan; `null` when there is no such plan. */
export async function readPlanSettings(ctx: Pick<Context, "database">, planId: string): Promise<AnySettings | null> {
  const [row] = await ctx.database.rows(
    z.object({ settings: json(anySettingsSchema) }),
    `SELECT "settings" FROM "Plan" WHERE "id" = $1`,
    [planId],
  );
  return row?.settings ?? null;
}

/**
 * What a stored plan is decided on with: for one over documents, how its indexes stand now, checked as before planning. `null` for a plan
 * over vectors, or none.
 */
export async function clearanceNow(
  ctx: Context,
  planId: string,
  options: VerbOptions = {},
): Promise<ClearanceSettings | null> {
  const settings = await readPlanSettings(ctx, planId);
  if (settings === null || !isClearance(settings)) return null;
  const documents = configuredDocuments(ctx);
  const shape = await askingDocuments(() => documents.inspect(settings.target, options));
  return clearanceSettingsNow(settings, ctx.config, shape);
}

/** Parses what an operator asked for. Throws an `OperatorError` that names what doesn't fit. */
export function requestFor(given: z.input<typeof clearanceRequestSchema>): ClearanceRequest {
  const request = clearanceRequestSchema.safeParse(given);
  if (request.success) return request.data;
  const [issue] = request.error.issues;
  if (issue?.path[0] === "overwrite")
    throw new OperatorError({
      kind: "usage",
      code: "overwrite-needs-every",
      what: "Other values can be overwritten only where every document is looked at.",
      notLost: "Nothing was read or written.",
      next: "Choose every document (--every), too.",
    });
  throw new OperatorError({
    kind: "usage",
    code: "invalid-value",
    what:
      issue?.path[0] === "value"
        ? `${JSON.stringify(given.value)} isn't a value of the kind ${given.kind ?? "integer"}: ${issue.message.toLowerCase()}.`
        : `${issue?.path.join(".") ?? "The request"} isn't valid: ${issue?.message ?? "unknown"}.`,
    notLost: "Nothing was read or written.",
    next: "Correct it and try again.",
    cause: request.error,
  });
}
