import { z } from "zod";
import { clearanceRequestSchema, selectionsOf } from "@/lib/documents/clearance/request";
import { fieldNameSchema } from "@/lib/shapes/documents/clearance";
import type { Context } from "../verbs/context";
import { documentNamespaceInput } from "../verbs/parse-input";
import type { VerbOptions } from "../verbs/verb";
import { askingDocuments, configuredDocuments, usualRequest } from "./documents";

export const countDocumentsInput = z.strictObject({
  /** All of them, unless named. */
  namespaces: z.array(documentNamespaceInput).min(1).max(10_000).optional(),
  field: fieldNameSchema.optional(),
});

/**
 * Documents of these namespaces with and without the field, and by value, as of the last refresh. Two requests. Throws an `OperatorError`
 * when there is no Elasticsearch, or it doesn't answer.
 */
export async function countDocuments(
  ctx: Context,
  input: z.infer<typeof countDocumentsInput>,
  options: VerbOptions = {},
) {
  const documents = configuredDocuments(ctx);
  const usual = usualRequest(ctx);
  const request = clearanceRequestSchema.parse({
    ...usual,
    field: input.field ?? usual.field,
    namespaces: input.namespaces ?? "all",
  });
  const target = ctx.config.elasticsearch.indices;
  return askingDocuments(() => documents.overview(target, selectionsOf(request).scope, options));
}
