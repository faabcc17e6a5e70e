import type { Inspection } from "../../shapes/inspection";
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
export async function inspectPath(root: string, meter: TextMeter, signal?: AbortSignal): Promise<Inspection> {
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
        for (const collection of collections) inspected.push(await inspectCollection(collection, meter, signal));
        inspection.stores.push({ kind, format, path, collections: inspected });
      } finally {
        await finding.store.close();
      }
    }
  }
  return inspection;
}

async function inspectCollection(
  collection: FoundStore["collections"][number],
  meter: TextMeter,
  signal?: AbortSignal,
) {
  const tally = new Tally(collection, meter);
  const damaged = await readInto(tally, collection, signal);
  return tally.result(damaged);
}

async function readInto(tally: Tally, collection: FileCollection, signal?: AbortSignal): Promise<string | null> {
  let since = 0;
  try {
    for await (const record of collection.records()) {
      tally.add(record);
      if (++since < recordsBetweenBreaths) continue;
      since = 0;
      signal?.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return null;
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
}
