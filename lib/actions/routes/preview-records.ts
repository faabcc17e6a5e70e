import { type Capacity, nestedKey } from "@/lib/plan/classify-change";
import { targetMetadata } from "@/lib/plan/target-metadata";
import { textOf } from "@/lib/plan/text";
import { renamingOf, writtenAs } from "@/lib/routes/namespaces";
import { flatMetadata } from "@/lib/routes/nested";
import { applyFields } from "@/lib/routes/records/field-rules";
import { targetId } from "@/lib/routes/records/target-id";
import type { RouteDefinition, TextRule } from "@/lib/shapes/routes/route";
import type { PreviewRecord } from "@/lib/shapes/routes/route-preview";
import type { Place, RecordHead, StoreCapabilities, VectorSource } from "@/lib/stores/contract";

/** Records that a preview shows. */
const wanted = 3;
/** Characters of a text, and numbers of a vector, that it shows. */
const shownText = 500;
const shownNumbers = 6;

/** What the target's store takes, and what its index says of a record. */
type Takes = { can: StoreCapabilities; refuses: Capacity["refuses"] | null };

/** The first records of the source as the route would write them. Reads only. */
export async function previewRecords(
  source: VectorSource,
  route: RouteDefinition,
  target: Takes,
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
      records.push(...(await read(source, place, ids.slice(0, wanted - records.length), { route, target }, options)));
      if (records.length === wanted) return records;
    }
  }
  return records;
}

async function read(
  source: VectorSource,
  place: Place,
  ids: readonly string[],
  { route, target }: { route: RouteDefinition; target: Takes },
  options: { signal?: AbortSignal },
): Promise<PreviewRecord[]> {
  if (ids.length === 0) return [];
  const shown = (head: RecordHead) => asWritten(head, place.namespace, route, target);
  if (route.vectors.from === "source") {
    const { records } = await source.fetchRecords(place, ids, options);
    return records.map(({ values, ...head }) => ({ ...shown(head), values: values.slice(0, shownNumbers) }));
  }
  const { records } = await source.fetchHeads(place, ids, options);
  return records.map(shown);
}

/** A record as a route would write it, but for its vector. */
function asWritten(
  { id, metadata, sparseValues }: RecordHead,
  namespace: string,
  route: RouteDefinition,
  { can, refuses }: Takes,
): PreviewRecord {
  const { clearanceLevel, owned, nested, vectors } = route;
  const made = targetId({ rule: route.ids, encodes: can.ids === "printable-ascii" }, { namespace, id, metadata });
  const applied = applyFields(metadata, route.fields);
  const changed = "wrong" in applied ? metadata : applied.metadata;
  const flat = can.metadata === "flat" && nested !== "problem" ? flatMetadata(changed, nested) : { metadata: changed };
  const given = "wrong" in flat ? changed : flat.metadata;
  const wrong = [made, applied, flat].flatMap((one) => ("wrong" in one ? [one.wrong] : []))[0];
  const merged = targetMetadata(given, null, { clearanceLevel, targetOwnedKeys: owned });
  const stuck = can.metadata === "flat" ? nestedKey(merged) : undefined;
  const text = vectors.from === "text" ? textOf(given, textRules(vectors.text)) : null;
  const writtenId = "id" in made ? made.id : id;
  return {
    id: writtenId,
    from: { namespace, id },
    to: { namespace: writtenAs(namespace, renamingOf(route.namespaces)) },
    metadata: merged,
    text: text?.usable ? text.text.slice(0, shownText) : null,
    values: null,
    problem:
      wrong !== undefined
        ? wrong
        : stuck !== undefined
          ? `"${stuck}" holds what the target can't: nested metadata, a list of more than strings, or null.`
          : text?.usable === false
            ? text.detail
            : (refuses?.({ id: writtenId, metadata: merged, ...(sparseValues && { sparseValues }) }) ?? null),
  };
}

const textRules = (text: TextRule) => ({ textKey: "keys" in text ? (text.keys[0] ?? "text") : "text", text });
