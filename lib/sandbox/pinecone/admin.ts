import { z } from "zod";
import { type AdminVerb, withBody } from "../http/admin";
import { type Exchange, json, rawJson } from "../http/exchange";
import type { Surroundings } from "../http/stand-in";
import type { StoredRecord } from "../storage/records";
import { listIds, readRecord } from "../storage/records";
import { floatsToBytes } from "../values-json";
import { recordToJson } from "./dense-values";
import type { Units } from "./desk";
import { toNamespace } from "./identifiers";
import { type IndexRow, readIndex } from "./indexes";
import { fromFragment, type Metadata, readMetadata, toFragment } from "./metadata";
import type { RateLimits } from "./rate-limits";
import { writingRoutes } from "./routes/data";
import type { Change, Shelf } from "./shelf";

export type PineconeAdmin = { shelf: Shelf; rates: RateLimits; units: Units; around: Surroundings };

const editSchema = z.object({
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
  /** Metadata keys set and taken away. Values are computed anew when the text changed. */
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

/** Records in storage order, one JSON document a line; what is stored, whether readers see it yet or not. */
function* recordLines(shelf: Shelf, index: IndexRow, exchange: Exchange): Generator<Buffer> {
  const namespace = toNamespace(exchange.query.get("namespace"));
  const withValues = exchange.query.get("values") === "true";
  const place = shelf.place(index.name, namespace);
  if (place === null) return;
  let after: string | undefined;
  for (;;) {
    // A page of keys at a time: a cursor isn't held open while a slow reader takes the last piece.
    const page: string[] = [];
    for (const id of listIds(shelf.storage, place.number, { after })) if (page.push(id) === 500) break;
    for (const id of page) {
      const record = readRecord(shelf.storage, place.number, id);
      if (record === null) continue;
      const comma = record.fragment.length > 0 ? "," : "";
      const head = [Buffer.from(`{"id":${JSON.stringify(id)}${comma}`), record.fragment, Buffer.from("}")];
      yield Buffer.concat([...(withValues ? [recordToJson(index, id, record)] : head), Buffer.from("\n")]);
    }
    after = page.at(-1);
    if (page.length < 500) return;
  }
}

/**
 * Admin verbs of this stand-in: `records` (GET ?index=&namespace=&values=true, JSON lines), `edit` (change records as customers
 * do), `counters` (calls, writes, units) and `reset` (counters, faults, rates).
 */
export function pineconeVerbs(admin: PineconeAdmin): Record<string, AdminVerb> {
  const { shelf, around } = admin;
  const writes = (index: string) => {
    const routes = around.counters.all()[index] ?? {};
    return writingRoutes.reduce((sum, route) => sum + (routes[route]?.calls ?? 0), 0);
  };
  return {
    records: (exchange) => {
      const index = readIndex(shelf.storage, exchange.query.get("index") ?? "");
      return index === null ? json(404, { problem: "No such index." }) : rawJson(recordLines(shelf, index, exchange));
    },
    edit: withBody(editSchema, async (edit) => {
      if (readIndex(shelf.storage, edit.index) === null) return json(404, { problem: "No such index." });
      const changes: Change[] = [
        ...edit.put.map(putChange),
        ...edit.patch.map(patchChange),
        ...edit.delete.map((id): Change => ({ id, next: () => null })),
      ];
      const written = await shelf.write(edit.index, toNamespace(edit.namespace), changes, edit.immediate);
      return json(200, { changed: written.changed });
    }),
    counters: () => {
      const scopes = around.counters.all();
      const indexes = Object.keys(scopes);
      return json(200, {
        scopes,
        writes: Object.fromEntries(indexes.map((index) => [index, writes(index)])),
        units: Object.fromEntries(admin.units),
      });
    },
    reset: () => {
      around.counters.reset();
      around.faults.clear();
      admin.rates.reset();
      admin.units.clear();
      return json(200, {});
    },
  };
}
