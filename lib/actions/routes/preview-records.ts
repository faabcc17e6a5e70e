import { targetMetadata } from "@/lib/plan/target-metadata";
import { flatMetadata } from "@/lib/routes/nested";
import type { NamespaceRule, RouteDefinition, TextRule } from "@/lib/shapes/route";
import type { PreviewRecord } from "@/lib/shapes/route-preview";
import type { Metadata, Place, VectorSource } from "@/lib/stores/contract";

/** Records that a preview shows. */
const wanted = 3;
/** Characters of a text, and numbers of a vector, that it shows. */
const shownText = 500;
const shownNumbers = 6;

/** The first records of the source as the route would write them. Reads only. */
export async function previewRecords(
  source: VectorSource,
  route: RouteDefinition,
  takes: "flat" | "json",
  signal?: AbortSignal,
): Promise<PreviewRecord[]> {
  const options = signal ? { signal } : {};
  const index = route.source.collection;
  const records: PreviewRecord[] = [];
  if (source.can.listing === "none") return records;
  for await (const { namespaces } of source.namespaces(index, options)) {
    for (const { name } of namespaces) {
      const place = { index, namespace: name };
      const { ids } = await source.listIds(place, { ...options, limit: wanted - records.length });
      records.push(...(await read(source, place, ids.slice(0, wanted - records.length), { route, takes }, options)));
      if (records.length === wanted) return records;
    }
  }
  return records;
}

async function read(
  source: VectorSource,
  place: Place,
  ids: readonly string[],
  { route, takes }: { route: RouteDefinition; takes: "flat" | "json" },
  options: { signal?: AbortSignal },
): Promise<PreviewRecord[]> {
  if (ids.length === 0) return [];
  if (route.vectors.from === "source") {
    const { records } = await source.fetchRecords(place, ids, options);
    return records.map(({ id, metadata, values }) => ({
      ...asWritten(id, metadata, place.namespace, route, takes),
      values: values.slice(0, shownNumbers),
    }));
  }
  const { records } = await source.fetchHeads(place, ids, options);
  return records.map(({ id, metadata }) => asWritten(id, metadata, place.namespace, route, takes));
}

/** A record as a route would write it, but for its vector. */
export function asWritten(
  id: string,
  metadata: Metadata,
  namespace: string,
  route: RouteDefinition,
  takes: "flat" | "json",
): PreviewRecord {
  const level = route.clearanceLevel;
  const merged: Record<string, unknown> =
    level === null ? metadata : targetMetadata(metadata, null, { clearanceLevel: level, targetOwnedKeys: route.owned });
  const fitted = takes === "flat" ? flatMetadata(merged, route.nested) : { ok: true as const, metadata: merged };
  const text = route.vectors.from === "text" ? textOf(metadata, route.vectors.text) : null;
  return {
    id,
    from: { namespace },
    to: { namespace: namespaceOf(route.namespaces, namespace) },
    metadata: fitted.ok ? fitted.metadata : merged,
    text: text === null ? null : text.slice(0, shownText),
    values: null,
    problem: !fitted.ok
      ? fitted.detail
      : route.vectors.from === "text" && text === null
        ? "There is no text to embed under these keys."
        : null,
  };
}

/** Where a namespace's records go. */
export function namespaceOf(rule: NamespaceRule, namespace: string): string {
  if ("into" in rule) return rule.into;
  if ("pairs" in rule) return Object.hasOwn(rule.pairs, namespace) ? (rule.pairs[namespace] ?? namespace) : namespace;
  return namespace;
}

function textOf(metadata: Metadata, rule: TextRule): string | null {
  const valueAt = (key: string) => (Object.hasOwn(metadata, key) ? metadata[key] : undefined);
  const text =
    "keys" in rule
      ? rule.keys.map(valueAt).find((value) => typeof value === "string" && value.trim() !== "")
      : rule.template.replace(/\{([^{}]+)\}/g, (_, key: string) => String(valueAt(key) ?? ""));
  return typeof text === "string" && text.trim() !== "" ? text.trim() : null;
}
