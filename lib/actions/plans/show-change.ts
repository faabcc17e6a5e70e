import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { classifyChange, differencesOf } from "@/lib/plan/classify-change";
import type { Seen } from "@/lib/plan/seen";
import { writtenAs } from "@/lib/routes/namespaces";
import { findRecords, inIndex } from "@/lib/runs/plans/find-records";
import { markExcluded } from "@/lib/runs/review/change-filter";
import { findPosition } from "@/lib/runs/review/find-position";
import { readChanges } from "@/lib/runs/review/read-changes";
import type { Change, ChangeDetail } from "@/lib/shapes/plans/change";
import { isClearance, type RunSettings } from "@/lib/shapes/runs/run";
import type { Fetched, VectorSource } from "@/lib/stores/contract";
import { readPlanSettings } from "../documents/clearance-plan";
import { showDocumentChange } from "../documents/show-document-change";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { onPlan } from "../verbs/on-route";
import { idInput, namespaceInput } from "../verbs/parse-input";
import { usedBy } from "../verbs/used-by";
import { readPlan } from "./plan-view";

export const showChangeInput = z.strictObject({
  id: idInput,
  namespace: namespaceInput,
  /** The record's ID. */
  record: z.string().min(1).max(512),
  /** Of a document: the index that it lies in, where several hold its ID. */
  index: z.string().min(1).max(2000).optional(),
});

/**
 * One record of a plan with the metadata of both sides as they are now, what would be written, and whether either has moved since the
 * review. Two requests. Throws an `OperatorError` (`plan-not-found`, `change-not-found`).
 */
export async function showChange(
  asked: Context,
  input: z.infer<typeof showChangeInput>,
  options: { signal?: AbortSignal } = {},
): Promise<ChangeDetail> {
  const ctx = await onPlan(asked, input.id);
  const change = await findChange(ctx, input);
  const settings = await readPlanSettings(ctx, input.id);
  if (settings === null) throw await missing(ctx, input);
  if (isClearance(settings)) return showDocumentChange(ctx, input.id, change, settings, options);
  const copies = settings.vectors === "source";
  const head = async (store: VectorSource, side: "source" | "target"): Promise<Seen | null> => {
    const namespace = side === "source" ? input.namespace : writtenAs(input.namespace, settings.namespaces);
    const place = { index: settings[side].index, namespace };
    const ask = (): Promise<Fetched<Seen>> =>
      copies ? store.fetchRecords(place, [input.record], options) : store.fetchHeads(place, [input.record], options);
    const fetched = await attempt(usedBy(ctx, side), ask, options.signal);
    return fetched.records[0] ?? null;
  };
  const [source, target] = await Promise.all([head(ctx.source, "source"), head(ctx.target, "target")]);
  return {
    change,
    source: source?.metadata ?? null,
    target: target?.metadata ?? null,
    written: writtenOf(ctx, change, source, target, settings),
    drift: driftOf(change, source, target, settings),
  };
}

async function findChange(ctx: Context, input: z.infer<typeof showChangeInput>): Promise<Change> {
  const found = await (input.index === undefined
    ? findPosition(ctx.database, { planId: input.id, namespace: input.namespace, id: input.record })
    : positionInIndex(ctx, input, input.index));
  const [change] = found ? await readChanges(ctx.database, input.id, found.kind, [found.position]) : [];
  if (!change) throw await missing(ctx, input);
  return change;
}

/** Of documents that share an ID, the one in that index. */
async function positionInIndex({ database }: Context, input: z.infer<typeof showChangeInput>, index: string) {
  const { id: planId, namespace, record } = input;
  const found = await findRecords(database, planId, { ids: [record], namespace });
  const [one] = await inIndex(database, planId, found, index);
  if (!one) return null;
  const [position] = await markExcluded(database, planId, one.kind, [one]);
  return position ? { kind: one.kind, position } : null;
}

async function missing(ctx: Context, input: z.infer<typeof showChangeInput>): Promise<OperatorError> {
  await readPlan(ctx.database, input.id);
  return new OperatorError({
    kind: "not-found",
    code: "change-not-found",
    what: `${input.id} has no change of ${JSON.stringify(input.record)} in namespace ${JSON.stringify(input.namespace)}.`,
    notLost: "Nothing was changed.",
    next: "What is equal on both sides isn't listed; see the plan's changes.",
  });
}

function writtenOf(ctx: Context, change: Change, source: Seen | null, target: Seen | null, settings: RunSettings) {
  if ((change.kind !== "create" && change.kind !== "update") || source === null) return null;
  const classified = classifyChange(source, target, settings, { ...ctx.target.can, sparse: true });
  return classified.kind === "create" || classified.kind === "update" ? classified.metadata : null;
}

/** What can be told from what is there now and what the plan noted; applying compares the whole by its fingerprint. */
function driftOf(change: Change, source: Seen | null, target: Seen | null, settings: RunSettings): string | null {
  if (change.kind === "create") {
    if (source === null) return "It was deleted from the source after the plan was made.";
    return target === null ? null : "A record of that ID came into the target after the plan was made.";
  }
  if (change.kind !== "update") return null;
  if (source === null) return "It was deleted from the source after the plan was made.";
  if (target === null) return "It was deleted from the target after the plan was made.";
  const now = differencesOf(source, target, settings);
  const same = JSON.stringify(now) === JSON.stringify(change.differences ?? []);
  return same ? null : "The differences are others than when the plan was made.";
}
