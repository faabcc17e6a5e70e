import { z } from "zod";
import { mayStart, preconditionsOf } from "@/lib/documents/clearance/preconditions";
import { readFindings } from "@/lib/documents/clearance/read-findings";
import { selectionsOf } from "@/lib/documents/clearance/request";
import type { Overview } from "@/lib/documents/contract";
import type { Blocks, ConcreteIndex, FieldMapping } from "@/lib/documents/target-shape";
import { isServiceFailure } from "@/lib/failures";
import type { DocumentIndexView, DocumentsOverview } from "@/lib/shapes/documents/documents";
import type { Context } from "../verbs/context";
import type { VerbOptions } from "../verbs/verb";
import { askingDocuments, configuredDocuments, usualRequest } from "./documents";

export const showDocumentsInput = z.strictObject({});

const blockNames = [
  ["readOnly", "read_only"],
  ["readOnlyAllowDelete", "read_only_allow_delete"],
  ["read", "read"],
  ["write", "write"],
  ["metadata", "metadata"],
] as const satisfies readonly (readonly [keyof Blocks, string])[];

function viewOf(index: ConcreteIndex, mappings: readonly FieldMapping[] | null): DocumentIndexView {
  const { name, open, health, settings } = index;
  const mapping = mappings?.find((one) => one.index === name);
  const pipelines = [settings?.defaultPipeline, settings?.finalPipeline];
  return {
    name,
    open,
    health,
    shards: settings?.shards ?? null,
    blocks: blockNames.flatMap(([block, word]) => (settings?.blocks[block] ? [word] : [])),
    pipelines: pipelines.flatMap((pipeline) => (pipeline && pipeline !== "_none" ? [pipeline] : [])),
    mapping: mapping ? { type: mapping.field?.type ?? null, dynamic: mapping.dynamic } : null,
  };
}

/**
 * The documents that levels are set on: counts with and without a level and by level, the indexes behind the configured names, and what is
 * to be known before the first write. About fifteen requests, none of which writes. Throws an `OperatorError` when there is no
 * Elasticsearch, or it doesn't answer.
 */
export async function showDocuments(
  ctx: Context,
  _input: z.infer<typeof showDocumentsInput>,
  options: VerbOptions = {},
): Promise<DocumentsOverview> {
  const documents = configuredDocuments(ctx);
  const request = usualRequest(ctx);
  const target = ctx.config.elasticsearch.indices;
  const asOf = new Date().toISOString();
  const { findings, counts } = await askingDocuments(async () => {
    const findings = await readFindings(documents, target, request, options);
    const missing = findings.shape?.missing ?? target;
    const there = target.filter((name) => !missing.includes(name));
    let counts: Overview | null = null;
    try {
      if (there.length > 0) counts = await documents.overview(there, selectionsOf(request).scope, options);
    } catch (error) {
      // Closed, or blocked for reading: the preconditions say so, and the rest of the page is of use.
      if (!isServiceFailure(error) || error.code !== "conflict") throw error;
    }
    return { findings, counts };
  });
  const { shape, field } = findings;
  const preconditions = preconditionsOf(request, findings);
  return {
    service: documents.service,
    version: shape?.version ?? null,
    target,
    kind: shape?.kind ?? null,
    field: request.field,
    fieldKind: request.kind,
    value: request.value,
    namespaceField: request.namespaceField,
    indices: (shape?.indices ?? []).map((index) => viewOf(index, field)),
    aliases: (shape?.aliases ?? []).map(({ name, writeIndex }) => ({ name, writeIndex })),
    dataStreams: (shape?.dataStreams ?? []).map(({ name }) => name),
    health: shape?.health ?? null,
    preconditions,
    mayStart: mayStart(preconditions),
    counts,
    asOf,
  };
}
