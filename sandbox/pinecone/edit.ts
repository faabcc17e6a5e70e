import { z } from "zod";
import type { StoredRecord } from "../storage/records";
import { floatsToBytes } from "../values-json";
import { fromFragment, type Metadata, readMetadata, toFragment } from "./metadata";
import type { Change } from "./shelf";

/** Changes as customers make them while a migration runs: body of the admin endpoint's `edit`. */
export const editSchema = z.object({
  index: z.string(),
  namespace: z.string().default(""),
  /** Whole records: created, or replaced. Without values they are computed from the text. */
  put: z
    .array(
      z.object({
        id: z.string().min(1),
        metadata: z.record(z.string(), z.unknown()).default({}),
        values: z.array(z.number()).optional(),
        sparseValues: z.object({ indices: z.array(z.number()), values: z.array(z.number()) }).optional(),
      }),
    )
    .default([]),
  /** Metadata keys set and taken away. Values are computed again when the text changed. */
  patch: z
    .array(
      z.object({
        id: z.string().min(1),
        set: z.record(z.string(), z.unknown()).default({}),
        unset: z.array(z.string()).default([]),
      }),
    )
    .default([]),
  delete: z.array(z.string()).default([]),
  /** Seen by readers at once; else after the usual delay. */
  immediate: z.boolean().default(true),
});

type Edit = z.infer<typeof editSchema>;

function putChange(put: Edit["put"][number]): Change {
  const record: StoredRecord = {
    dense: put.values ? "stored" : "derived",
    fragment: toFragment(readMetadata(put.metadata), put.sparseValues ?? null),
    values: put.values ? floatsToBytes(Float32Array.from(put.values)) : null,
  };
  return { id: put.id, next: () => record };
}

function patchChange(patch: Edit["patch"][number]): Change {
  return {
    id: patch.id,
    next: (current) => {
      if (current === null) return undefined;
      const { metadata, sparse } = fromFragment(current.fragment);
      const edited: Metadata = { ...metadata, ...readMetadata(patch.set) };
      for (const key of patch.unset) delete edited[key];
      const fragment = toFragment(edited, sparse);
      return edited.text === metadata.text ? { ...current, fragment } : { dense: "derived", fragment, values: null };
    },
  };
}

/** The changes that an edit asks for, in the order put, patch, delete. */
export function changesOf(edit: Edit): Change[] {
  return [
    ...edit.put.map(putChange),
    ...edit.patch.map(patchChange),
    ...edit.delete.map((id): Change => ({ id, next: () => null })),
  ];
}

/** Many records at once, for tests of scale: body of the admin endpoint's `fill`. */
export const fillSchema = z.object({
  index: z.string(),
  /** `{n}` is replaced by the number of the namespace. */
  namespace: z.string().default("customer-{n}"),
  namespaces: z.number().int().min(1).default(1),
  /** In each namespace. */
  records: z.number().int().min(1).default(1),
  /** Characters of each text. */
  textLength: z.number().int().min(1).max(30_000).default(200),
});

/** The record of that number in a filled namespace: its text is its own, so no two are embedded alike. */
export function filledRecord(namespace: string, at: number, textLength: number): Change {
  const opening = `Record ${at} of ${namespace}. `;
  const filler = `It says what number ${at} has to say, and then again. `;
  const text = (opening + filler.repeat(Math.ceil(textLength / filler.length))).slice(
    0,
    Math.max(opening.length, textLength),
  );
  const metadata: Metadata = { text, title: `Record ${at}`, chunk_number: at, tags: ["filled"] };
  const record: StoredRecord = { dense: "derived", fragment: toFragment(metadata, null), values: null };
  return { id: `record-${String(at).padStart(8, "0")}`, next: () => record };
}
