import type { Migrated } from "./customers";
import { chunkId, type SeedRecord } from "./seed-records";

/** Level of every seventh and every eleventh record of an edited namespace: somebody restricted them after they were migrated. */
function levelOf(at: number): number {
  if (at % 11 === 5) return 3;
  return at % 7 === 3 ? 2 : 1;
}

/** What customers changed in the source since the target was written, as it still stands in the target. */
function outdated(record: SeedRecord, at: number): SeedRecord {
  const { metadata } = record;
  if (at % 20 === 4) return { ...record, metadata: { ...metadata, title: `${String(metadata.title)} (draft)` } };
  if (at % 20 === 9) return { ...record, metadata: { ...metadata, tags: ["documentation", "unreviewed"] } };
  if (at % 40 === 13)
    return { ...record, metadata: { ...metadata, text: `Earlier version. ${String(metadata.text)}` } };
  if (at % 40 === 33) {
    const { archived: _, ...rest } = metadata;
    return { ...record, metadata: { ...rest, reviewed_by: "user-3" } };
  }
  return record;
}

const withLevel = (record: SeedRecord, level: number): SeedRecord => ({
  ...record,
  metadata: { ...record.metadata, clearance_level: level },
});

function orphans(owner: string): SeedRecord[] {
  return [1, 2, 3, 4, 5].map((chunk) => ({
    id: chunkId("withdrawn-handbook-md", chunk),
    metadata: {
      text: `Section ${chunk} of the handbook of ${owner} that was withdrawn after it had been migrated.`,
      title: "Withdrawn handbook",
      file_name: "withdrawn-handbook.md",
      page: chunk,
      chunk_number: chunk,
      chunk_count: 5,
      package: owner,
      clearance_level: 2,
    },
  }));
}

/** The records of a namespace as the target holds them at the given stage of its migration. */
export function migrate(records: readonly SeedRecord[], stage: Migrated, owner: string): SeedRecord[] {
  if (stage === "not") return [];
  if (stage === "half") return records.slice(0, Math.floor(records.length / 2)).map((record) => withLevel(record, 1));
  if (stage === "whole") return records.map((record) => withLevel(record, 1));
  if (stage === "with-orphans") return [...records.map((record) => withLevel(record, 1)), ...orphans(owner)];
  return records.map((record, at) => withLevel(outdated(record, at), levelOf(at)));
}
