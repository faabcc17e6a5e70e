import { z } from "zod";
import type { Library } from "../elasticsearch/library";
import { seedDocuments } from "../elasticsearch/seed-documents";
import { type IndexRow, salts } from "../pinecone/indexes";
import { toFragment } from "../pinecone/metadata";
import { readNote, type Storage } from "../storage/open-storage";
import { createPlace, writePlace } from "../storage/places";
import { writeRecord } from "../storage/records";
import { customers, namespaceOf, uuidOf } from "./customers";
import { findModules } from "./find-documents";
import { migrate } from "./migrate";
import { oddities } from "./oddities";
import { type SeedRecord, seedRecords } from "./seed-records";

export const sourceIndex = "gflops-serverless";
export const targetIndex = "askdona";

const seededKey = Buffer.from("seeded");
const documentsSeededKey = Buffer.from("seeded-documents");

const shape = {
  metric: "cosine",
  cloud: "aws",
  region: "us-east-1",
  deletionProtection: "disabled",
  createdAt: 0,
  fields: null,
} as const;
const indexes: readonly IndexRow[] = [
  { ...shape, name: sourceIndex, dimension: 1536, salt: salts.openai, tags: { embedding: "openai" } },
  { ...shape, name: targetIndex, dimension: 3072, salt: salts.gemini, tags: { embedding: "gemini" } },
];

/** Inside a transaction only. */
function fill(storage: Storage, index: string, namespace: string, records: readonly SeedRecord[]): void {
  if (records.length === 0) return;
  const place = createPlace(storage, index, namespace);
  for (const { id, metadata } of records) {
    writeRecord(storage, place.number, id, { dense: "derived", fragment: toFragment(metadata, null), values: null });
  }
  writePlace(storage, index, namespace, { ...place, count: records.length, lsn: 1 });
}

/** Records of a customer who left: a namespace that only the target has. */
function departed(): SeedRecord[] {
  return seedRecords(null, { package: "departed-customer", migrated: "whole" }, new Set());
}

const isSeeded = (storage: Storage, key: Buffer) => readNote(storage.notes, key, z.number()) !== null;

function recordsOfAll() {
  const modules = findModules();
  const known = new Set<string>();
  return customers.map((customer) => {
    const records = [
      ...seedRecords(modules, customer, known),
      ...(customer.oddities ? oddities(customer.package) : []),
    ];
    return { customer, namespace: namespaceOf(customer), records };
  });
}

/**
 * Fills both indexes, and the documents, on first start, each in one transaction: a killed start leaves nothing half done. Vectors aren't
 * stored but computed from the texts when they are read, so a first start takes a second or two.
 */
export async function seed(storage: Storage, library: Library, log: (message: string) => void): Promise<void> {
  const vectorsMissing = !isSeeded(storage, seededKey);
  const documentsMissing = !isSeeded(storage, documentsSeededKey);
  if (!vectorsMissing && !documentsMissing) return;
  const filled = recordsOfAll();
  if (vectorsMissing) {
    await storage.root.childTransaction(() => {
      for (const row of indexes) storage.indexes.put(Buffer.from(row.name), Buffer.from(JSON.stringify(row)));
      for (const { customer, namespace, records } of filled) {
        fill(storage, sourceIndex, namespace, records);
        fill(storage, targetIndex, namespace, migrate(records, customer.migrated, customer.package));
      }
      fill(storage, targetIndex, uuidOf("departed-customer"), departed());
      storage.notes.put(seededKey, Buffer.from("1"));
    });
    const count = filled.reduce((sum, { records }) => sum + records.length, 0);
    log(`Sandbox: seeded ${count} records in ${filled.length} namespaces of ${sourceIndex}`);
  }
  if (documentsMissing) {
    const count = await storage.root.childTransaction(() => {
      storage.notes.put(documentsSeededKey, Buffer.from("1"));
      const owned = filled.map(({ customer, ...rest }) => ({ owner: uuidOf(customer.package), ...rest }));
      return seedDocuments(library, owned);
    });
    log(`Sandbox: seeded ${count} documents`);
  }
}
