import type { ClearanceRequest } from "@/lib/documents/clearance/request";
import { clearanceRequestSchema } from "@/lib/documents/clearance/request";
import type { DocumentIndex } from "@/lib/documents/contract";
import { OperatorError } from "@/lib/operator-error";
import type { Context } from "../verbs/context";
import { asOperatorError } from "../verbs/service-words";

/** The document index of the configuration. Throws an `OperatorError` when there is none. */
export function configuredDocuments(ctx: Pick<Context, "documents">): DocumentIndex {
  if (ctx.documents !== null) return ctx.documents;
  throw new OperatorError({
    kind: "usage",
    code: "documents-not-configured",
    what: "No Elasticsearch is configured: ELASTICSEARCH_ENDPOINT is empty.",
    notLost: "Nothing was read and nothing was written.",
    next: "Set ELASTICSEARCH_ENDPOINT, ELASTICSEARCH_API_KEY and ELASTICSEARCH_INDEX, then start Portage again.",
  });
}

/** What is wanted for unless something else is asked: the configured level, where there is none, in all namespaces. */
export function usualRequest(ctx: Pick<Context, "config">): ClearanceRequest {
  const { namespaceField } = ctx.config.elasticsearch;
  const request = clearanceRequestSchema.safeParse({ value: ctx.config.policy.clearanceLevel, namespaceField });
  if (request.success) return request.data;
  throw new OperatorError({
    kind: "usage",
    code: "invalid-namespace-field",
    what: `${JSON.stringify(namespaceField)} can't be the name of a field.`,
    notLost: "Nothing was read and nothing was written.",
    next: "Set ELASTICSEARCH_NAMESPACE_FIELD to the field that holds a document's namespace.",
  });
}

/** Runs calls to the document index; what fails is told in an operator's words. */
export async function askingDocuments<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asOperatorError(error, "documents");
  }
}

/**
 * The indexes that are meant: those named, separated by commas, or the configured ones.
 * @throws OperatorError `invalid-value` when none is named
 */
export function targetOf(ctx: Pick<Context, "config">, index: string | undefined): string[] {
  if (index === undefined) return ctx.config.elasticsearch.indices;
  const names = index.split(",").map((name) => name.trim());
  const target = [...new Set(names.filter((name) => name !== ""))];
  if (target.length > 0) return target;
  throw new OperatorError({
    kind: "usage",
    code: "invalid-value",
    what: "No index was named.",
    notLost: "Nothing was read or written.",
    next: "Name an index, an alias or a data stream.",
  });
}
