import { z } from "zod";
import { selectionsOf } from "@/lib/documents/clearance/request";
import type { DocumentIndex } from "@/lib/documents/contract";
import { OperatorError } from "@/lib/operator-error";
import { clearanceSettings, namesOf } from "@/lib/runs/clearance/settings";
import { createRun } from "@/lib/runs/lifecycle/create-run";
import { type ClearanceRequest, fieldKinds, fieldNameSchema } from "@/lib/shapes/documents/clearance";
import { preconditionSchema } from "@/lib/shapes/documents/documents";
import { planSchema } from "@/lib/shapes/plans/plan";
import { runSchema } from "@/lib/shapes/runs/run";
import { readPlan } from "../plans/plan-view";
import { namedOrAll } from "../runs/run-input";
import { readRun } from "../runs/run-view";
import type { Context } from "../verbs/context";
import { documentNamespaceInput } from "../verbs/parse-input";
import type { VerbOptions } from "../verbs/verb";
import { requestFor, requireWritable } from "./clearance-plan";
import { askingDocuments, configuredDocuments, targetOf, usualRequest } from "./documents";

/** Beyond these, a number isn't the one that was given. */
const exactNumber = z.number().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);

export const planClearanceInput = z.strictObject({
  namespaces: z.array(documentNamespaceInput).max(100_000).optional(),
  all: z.boolean().optional(),
  /** The level to set; the configured one unless given. */
  level: z.int("Expects a whole number").optional(),
  /** Another value than a level, with its `kind`. */
  value: z.union([z.string(), exactNumber, z.boolean()]).optional(),
  kind: z.enum(fieldKinds).optional(),
  field: fieldNameSchema.optional(),
  /** `missing`: only documents without a value; `every`: those with one are looked at, too. */
  documents: z.enum(["missing", "every"]).default("missing"),
  /** Other values are overwritten; with `every` alone. */
  overwrite: z.boolean().default(false),
  /** Values that a document holds and searches don't find are overwritten: `""` in a number's field, words that were ignored as malformed. */
  unindexed: z.boolean().default(false),
  /** Index, alias or data stream, or several separated by commas; those of the configuration unless given. */
  index: z.string().min(1).max(2000).optional(),
});
export const planClearanceAnswer = z.object({
  plan: planSchema,
  run: runSchema,
  resumed: z.boolean(),
  /** What is worth knowing before applying; the worst first. */
  preconditions: z.array(preconditionSchema),
});

/**
 * Begins to scan the chosen documents and to store what setting the field would change. Reads only; goes on in the engine: watch the
 * run, then show the plan. Throws an `OperatorError` when something stands in the way of writing, or a namespace isn't known.
 */
export async function planClearance(
  ctx: Context,
  input: z.infer<typeof planClearanceInput>,
  options: VerbOptions = {},
) {
  const documents = configuredDocuments(ctx);
  const request = requestOf(ctx, input);
  const target = targetOf(ctx, input.index);
  const { shape, preconditions } = await requireWritable(documents, target, request, options);
  await requireKnown(documents, target, request, options);
  const { runId, resumed } = await createRun(ctx.database, {
    kind: "plan",
    planKind: "clearance",
    namespaces: namesOf(request),
    expected: new Map(),
    settings: clearanceSettings({ target, shape, request, bulkBytes: documents.limits.bulkBytes }),
    startedBy: ctx.actor,
  });
  await ctx.wake();
  const run = await readRun(ctx.database, runId);
  if (run.planId === null) throw new Error(`${runId} has no plan`);
  return { plan: await readPlan(ctx.database, run.planId), run, resumed, preconditions };
}

function requestOf(ctx: Context, input: z.infer<typeof planClearanceInput>): ClearanceRequest {
  const { namespaceField, value: level } = usualRequest(ctx);
  const { field, kind, documents, overwrite, unindexed } = input;
  if (input.level !== undefined && input.value !== undefined)
    throw ambiguous("A level and a value were given.", "Give one of the two.");
  if (input.value === undefined && input.level === undefined && kind !== undefined && kind !== "integer")
    throw ambiguous(`A kind (${kind}) was given without a value.`, "Give the value, too.");
  const namespaces = namedOrAll(input);
  return requestFor({
    value: input.value ?? input.level ?? level,
    namespaceField,
    namespaces: namespaces === "all" ? "all" : namespaces.toSorted(),
    documents,
    overwrite,
    unindexed,
    ...(field === undefined ? {} : { field }),
    ...(kind === undefined ? {} : { kind }),
  });
}

function ambiguous(what: string, next: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "invalid-value",
    what,
    notLost: "Nothing was read or written.",
    next,
  });
}

/** Above so many names, all namespaces are listed instead of counting each. */
const countedSingly = 20;

/** A misspelt namespace would be a plan without changes, which reads as if all were well. */
async function requireKnown(
  documents: DocumentIndex,
  target: readonly string[],
  request: ClearanceRequest,
  options: VerbOptions,
): Promise<void> {
  if (request.namespaces === "all") return;
  const most = documents.limits.namespaces;
  if (request.namespaces.length > most)
    throw new OperatorError({
      kind: "usage",
      code: "too-many-namespaces",
      what: `${request.namespaces.length.toLocaleString("en-US")} namespaces were named; ${documents.service} takes ${most.toLocaleString("en-US")} at a time.`,
      notLost: "Nothing was read or written.",
      next: "Name fewer, or choose all of them.",
    });
  const unknown = new Set(request.namespaces);
  await askingDocuments(async () => {
    if (unknown.size > countedSingly) {
      for await (const page of documents.namespaces(target, request, options))
        for (const { name } of page) unknown.delete(name);
      return;
    }
    const counts = await Promise.all(
      [...unknown].map(async (name) => {
        const { scope } = selectionsOf({ ...request, namespaces: [name] });
        return { name, count: await documents.count(target, scope, options) };
      }),
    );
    for (const { name, count } of counts) if (count > 0) unknown.delete(name);
  });
  if (unknown.size === 0) return;
  const names = [...unknown];
  const listed = names.slice(0, 5).map((name) => (name === null ? "none at all" : JSON.stringify(name)));
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  throw new OperatorError({
    kind: "usage",
    code: "unknown-namespace",
    what: `${target.join(", ")} holds no document in ${names.length === 1 ? "namespace" : "namespaces"} ${listed.join(", ")}${more}.`,
    notLost: "Nothing was read or written.",
    next: "See what there is with `portage clearance show --namespaces`, or on the clearance page.",
  });
}
