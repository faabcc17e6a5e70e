import type { Inspection } from "../../shapes/routes/inspection";
import type { FileCollection, FoundStore } from "../contract";
import { FormatError } from "../format-error";
import { findStores } from "./find-stores";
import { Tally, type TextMeter } from "./tally";

/** A breath for whoever else works in this process, after so many records. */
const recordsBetweenBreaths = 500;

/**
 * Looks at everything below a path and tells what stores of vectors are there and what they hold. Reads every record once; writes
 * nothing, executes nothing, needs no key.
 * @throws FormatError when there is nothing at the path
 */
export async function inspectPath(
  root: string,
  meter: TextMeter,
  {
    limit,
    signal,
  }: { /** Records of a collection that are read at most. */ limit?: number; signal?: AbortSignal } = {},
): Promise<Inspection> {
  const inspection: Inspection = { path: root, bytes: 0, stores: [], unreadable: [], otherFiles: 0 };
  for await (const finding of findStores(root)) {
    signal?.throwIfAborted();
    if (finding.is === "fault") {
      inspection.unreadable.push({ path: finding.path, fault: finding.error.fault, words: finding.error.message });
    } else if (finding.is === "file") {
      inspection.otherFiles++;
      inspection.bytes += finding.bytes;
    } else {
      const { kind, format, path, collections } = finding.store;
      try {
        const inspected = [];
        for (const collection of collections)
          inspected.push(await inspectCollection(collection, meter, { limit, signal }));
        inspection.stores.push({ kind, format, path, opens: null, bytes: finding.bytes, collections: inspected });
        inspection.bytes += finding.bytes;
      } finally {
        await finding.store.close();
      }
    }
  }
  return inspection;
}

type Reading = { limit: number | undefined; signal: AbortSignal | undefined };

async function inspectCollection(collection: FoundStore["collections"][number], meter: TextMeter, reading: Reading) {
  const tally = new Tally(collection, meter);
  const { damaged, read, more } = await readInto(tally, collection, reading);
  // Files don't tell how many there are without being read.
  return tally.result(damaged, more ? read + 1 : null);
}

async function readInto(tally: Tally, collection: FileCollection, { limit, signal }: Reading) {
  let read = 0;
  try {
    for await (const record of collection.records()) {
      if (read === limit) return { damaged: null, read, more: true };
      tally.add(record);
      if (++read % recordsBetweenBreaths !== 0) continue;
      signal?.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { damaged: null, read, more: false };
  } catch (error) {
    if (error instanceof FormatError) return { damaged: error.message, read, more: false };
    throw error;
  }
}
