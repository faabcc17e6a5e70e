import type { Fetched, RecordHead, VectorSource } from "@/lib/stores/contract";
import { flatMetadata, type NestedRule } from "./nested";
import { hitsWith } from "./records/shown-hits";

/** A source as the target would have it: plans and runs see what would be written, and learn no rule of their own. */
export function throughNested(source: VectorSource, rule: NestedRule): VectorSource {
  const { query, explainQuery, searchEffort, sqlPlace } = source;
  return {
    ...(query && {
      query: (place, question, options) =>
        hitsWith(
          question,
          (wanted) => query(place, wanted, options),
          (metadata) => flatMetadata(metadata, rule),
        ),
    }),
    ...(explainQuery && { explainQuery: (...given) => explainQuery(...given) }),
    ...(searchEffort && { searchEffort: (...given) => searchEffort(...given) }),
    ...(sqlPlace && { sqlPlace: (...given) => sqlPlace(...given) }),
    can: source.can,
    service: source.service,
    inspect: (...given) => source.inspect(...given),
    collections: (...given) => source.collections(...given),
    namespaces: (...given) => source.namespaces(...given),
    count: (...given) => source.count(...given),
    listIds: (...given) => source.listIds(...given),
    close: () => source.close(),
    fetchHeads: async (...given) => flattened(await source.fetchHeads(...given), rule),
    fetchRecords: async (...given) => flattened(await source.fetchRecords(...given), rule),
  };
}

function flattened<R extends RecordHead>(fetched: Fetched<R>, rule: NestedRule): Fetched<R> {
  const records: R[] = [];
  const unreadable = [...fetched.unreadable];
  for (const record of fetched.records) {
    const flat = flatMetadata(record.metadata, rule);
    if ("wrong" in flat) unreadable.push({ id: record.id, detail: flat.wrong });
    else records.push({ ...record, metadata: flat.metadata });
  }
  return { records, missing: fetched.missing, unreadable };
}
