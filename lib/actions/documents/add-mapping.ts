import { z } from "zod";
import type { Precondition } from "@/lib/documents/clearance/precondition";
import { preconditionsOf } from "@/lib/documents/clearance/preconditions";
import { readFindings } from "@/lib/documents/clearance/read-findings";
import { clearanceRequestSchema } from "@/lib/documents/clearance/request";
import { OperatorError } from "@/lib/operator-error";
import { type FieldKind, fieldKinds, fieldNameSchema } from "@/lib/shapes/documents/clearance";
import type { Context } from "../verbs/context";
import type { VerbOptions } from "../verbs/verb";
import { askingDocuments, configuredDocuments, targetOf, usualRequest } from "./documents";

export const addMappingInput = z.strictObject({
  field: fieldNameSchema.optional(),
  kind: z.enum(fieldKinds).optional(),
  /** Index, alias or data stream, or several separated by commas; those of the configuration unless given. */
  index: z.string().min(1).max(2000).optional(),
  /** Some of the indexes that lack the field; all of them, unless named. */
  indices: z.array(z.string().min(1)).min(1).max(1000).optional(),
});
export const addMappingAnswer = z.object({
  field: z.string(),
  kind: z.enum(fieldKinds),
  /** Indexes whose mapping now knows the field. */
  indices: z.array(z.string()),
});

/** An index may lack the field and take none. @throws OperatorError with what stops it */
function requireAddable(conditions: readonly Precondition[], asked: readonly string[]): void {
  const stop = conditions.find(
    ({ level, indices }) =>
      level === "stop" &&
      (asked.length === 0 || indices.length === 0 || asked.some((index) => indices.includes(index))),
  );
  if (stop === undefined) return;
  throw new OperatorError({
    kind: "refused",
    code: stop.code,
    what: stop.what,
    notLost: "No mapping was changed.",
    next: stop.next ?? "Look at the mapping on the clearance page.",
  });
}

/** A value of that kind: which one doesn't matter to a mapping. */
const examples: Record<FieldKind, string | number | boolean> = {
  integer: 1,
  long: 1,
  double: 1,
  keyword: "1",
  boolean: true,
};

/**
 * Adds the field to the mapping of those indexes that don't know it, as the preconditions offer. Writes to mappings alone, never to a
 * document, and changes no field that is mapped. Throws an `OperatorError`.
 */
export async function addMapping(ctx: Context, input: z.infer<typeof addMappingInput>, options: VerbOptions = {}) {
  const documents = configuredDocuments(ctx);
  const usual = usualRequest(ctx);
  const kind = input.kind ?? usual.kind;
  const request = clearanceRequestSchema.parse({
    ...usual,
    field: input.field ?? usual.field,
    kind,
    value: examples[kind],
  });
  const { field } = request;
  const target = targetOf(ctx, input.index);
  const findings = await askingDocuments(() => readFindings(documents, target, request, options));
  const conditions = preconditionsOf(request, findings);
  const offered = conditions.flatMap(({ offer }) => offer?.indices ?? []);
  const unknown = (input.indices ?? []).filter((index) => !offered.includes(index));
  if (unknown.length > 0 || offered.length === 0) requireAddable(conditions, unknown);
  if (unknown.length > 0 || offered.length === 0) {
    throw new OperatorError({
      kind: "usage",
      code: "nothing-to-map",
      what:
        unknown.length > 0
          ? `${field} can't be added to the mapping of ${unknown.join(", ")}: it is mapped there already, or that index isn't a part of ${target.join(", ")}.`
          : `No index of ${target.join(", ")} lacks ${field} in its mapping.`,
      notLost: "No mapping was changed.",
      next: "Look at the mapping on the clearance page, or with `portage doctor`.",
    });
  }
  const indices = [...new Set(input.indices ?? offered)].sort();
  await askingDocuments(() => documents.putMapping(indices, field, kind, options));
  ctx.log.info({ actor: ctx.actor, indices, field, kind }, "A field was added to mappings.");
  return { field, kind, indices };
}
