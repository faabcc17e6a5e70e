import { type Findings, preconditionsOf } from "@/lib/documents/clearance/preconditions";
import { readFindings } from "@/lib/documents/clearance/read-findings";
import { type ClearanceRequest, clearanceRequestSchema, selectionsOf } from "@/lib/documents/clearance/request";
import type { DocumentIndex } from "@/lib/documents/contract";
import { isServiceFailure } from "@/lib/failures";
import type { Check } from "@/lib/shapes/overview";
import type { Context } from "../verbs/context";
import { describeFailure, timed } from "./check-timing";

type Answer = Pick<Check, "state" | "words"> & Partial<Pick<Check, "next" | "latencyMs">>;
type Precondition = ReturnType<typeof preconditionsOf>[number];

const loopback = new Set(["127.0.0.1", "[::1]", "localhost"]);
/** Preconditions of the field, not of the place: they have a check of their own. */
const ofField = new Set([
  "strict-mapping",
  "dynamic-false",
  "dynamic-runtime",
  "field-not-mapped",
  "mapping-conflict",
  "not-indexed",
  "ignore-above",
  "mapped-as-keyword",
  "mapped-as-text",
  "runtime-field",
  "not-enabled",
  "no-originals",
  "outside-source",
  "nested-field",
  "parent-not-an-object",
  "field-is-alias",
  "field-is-subfield",
  "field-computed",
  "mapping-full",
  "synthetic-source",
]);
const states: Record<Precondition["level"], Check["state"]> = { stop: "error", warn: "warn", note: "ok" };

const named = (name: string, { state, words, next = null, latencyMs = null }: Answer): Check => ({
  name,
  service: "Elasticsearch",
  state,
  latencyMs,
  words,
  next,
});

/** The number of documents; `null` where it can't be counted now, as in a closed index: that has words of its own. */
async function countAll(documents: DocumentIndex, ctx: Context, request: ClearanceRequest, signal: AbortSignal) {
  try {
    return await documents.count(ctx.config.elasticsearch.indices, selectionsOf(request).scope, { signal });
  } catch (error) {
    if (isServiceFailure(error) && (error.code === "conflict" || error.code === "not-found")) return null;
    throw error;
  }
}

/** What is wrong, the worst first, in one text; with nothing wrong, what is there. */
function summed(found: readonly Precondition[], there: string): Answer {
  const [worst] = found;
  if (!worst) return { state: "ok", words: there };
  const next = found.map((one) => one.next).find((words) => words !== null) ?? null;
  return {
    state: states[worst.level],
    words: [there, ...found.map(({ what }) => what)].filter(Boolean).join(" "),
    next,
  };
}

function fieldWords({ field }: ClearanceRequest, { field: mappings }: Findings): string {
  const types = [...new Set((mappings ?? []).flatMap((mapping) => (mapping.field ? [mapping.field.type] : [])))];
  return types.length === 0 ? "" : `${field} is mapped as ${types.join(", ")}.`;
}

function placeWords(indices: readonly string[], { shape }: Findings, version: string | null, count: number | null) {
  if (shape === null) return "";
  const concrete = shape.indices.length === 1 ? "" : ` in ${shape.indices.length.toLocaleString("en-US")} indexes`;
  const documents =
    count === null ? "not counted" : `${count.toLocaleString("en-US")} ${count === 1 ? "document" : "documents"}`;
  const health = shape.health === null ? "" : `, health ${shape.health}`;
  return `${indices.join(", ")}: ${documents}${concrete}${health}${version === null ? "" : `, version ${version}`}.`;
}

/**
 * Whether Elasticsearch answers, takes the key and has the indexes, and whether a clearance level could be set there; `off` when it isn't
 * configured. About a dozen requests, none of which writes.
 */
export async function checkElasticsearch(ctx: Context, signal: AbortSignal): Promise<Check[]> {
  const { documents } = ctx;
  const { endpoint, indices, namespaceField } = ctx.config.elasticsearch;
  if (endpoint === null || documents === null) {
    return [named("documents", { state: "off", words: "Not configured (ELASTICSEARCH_ENDPOINT is empty)." })];
  }
  if (ctx.config.mode === "sandbox" && !loopback.has(new URL(endpoint).hostname)) {
    const words = "Not asked: in the sandbox no request leaves this machine.";
    return [named("documents", { state: "off", words })];
  }
  const request = clearanceRequestSchema.safeParse({ value: ctx.config.policy.clearanceLevel, namespaceField });
  if (!request.success) {
    const words = `${JSON.stringify(namespaceField)} can't be the name of a field.`;
    return [named("documents", { state: "error", words, next: "Check ELASTICSEARCH_NAMESPACE_FIELD." })];
  }
  const probed = await timed(() => documents.probe({ signal }));
  if (!probed.ok) return [named("documents", describeFailure(ctx, probed, "documents"))];
  const { version, latencyMs } = probed.value;
  const read = await timed(async () => {
    const findings = await readFindings(documents, indices, request.data, { signal });
    const count = findings.shape === null ? null : await countAll(documents, ctx, request.data, signal);
    return { findings, count };
  });
  if (!read.ok) return [named("documents", describeFailure(ctx, read, "documents"))];
  const { findings, count } = read.value;
  const found = preconditionsOf(request.data, findings);
  const place = found.filter(({ code }) => !ofField.has(code));
  const field = found.filter(({ code }) => ofField.has(code));
  const checks = [
    named("documents", {
      ...summed(place, placeWords(indices, findings, version, count)),
      latencyMs: Math.round(latencyMs),
    }),
  ];
  if (findings.shape === null) return checks;
  const mapped = findings.field === null ? "The key may not see the mapping." : fieldWords(request.data, findings);
  return [...checks, named("clearance level", summed(field, mapped))];
}
