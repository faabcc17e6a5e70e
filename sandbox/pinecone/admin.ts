import { z } from "zod";
import { type AdminVerb, withBody } from "../http/admin";
import { type Answer, type Exchange, json, parseJson, rawJson } from "../http/exchange";
import type { Surroundings } from "../http/stand-in";
import { listIds, readRecord } from "../storage/records";
import { recordToJson } from "./dense-values";
import type { Units } from "./desk";
import { changesOf, editSchema, filledRecord, fillSchema } from "./edit";
import { toNamespace } from "./identifiers";
import { type IndexRow, metrics, readIndex, writeIndex } from "./indexes";
import { answerRefusals } from "./problems";
import type { RateLimits } from "./rate-limits";
import { writingRoutes } from "./routes/data";
import type { Shelf } from "./shelf";

export type PineconeAdmin = {
  shelf: Shelf;
  rates: RateLimits;
  units: Units;
  around: Surroundings;
  startAgain: () => Promise<void>;
};

const indexSchema = z.object({
  name: z.string(),
  dimension: z.number().int().min(1),
  metric: z.enum(metrics).default("cosine"),
  fields: z.record(z.string(), z.unknown()).nullable().default(null),
  deployment: z.record(z.string(), z.unknown()).optional(),
});
const resetSchema = z.object({ data: z.boolean().default(false) });
const noIndex = () => json(404, { problem: "No such index." });
const recordsPerPage = 500;
const recordsPerWrite = 2000;

/** Records in storage order, one JSON document a line; what is stored, whether readers see it yet or not. */
function* recordLines(shelf: Shelf, index: IndexRow, exchange: Exchange): Generator<Buffer> {
  const withValues = exchange.query.get("values") === "true";
  const place = shelf.place(index.name, toNamespace(exchange.query.get("namespace")));
  if (place === null) return;
  let after: string | undefined;
  for (;;) {
    // A page of keys at a time: a cursor isn't held open while a slow reader takes the last piece.
    const page: string[] = [];
    for (const id of listIds(shelf.storage, place.number, { after })) if (page.push(id) === recordsPerPage) break;
    for (const id of page) {
      const record = readRecord(shelf.storage, place.number, id);
      if (record === null) continue;
      const comma = record.fragment.length > 0 ? "," : "";
      const head = [Buffer.from(`{"id":${JSON.stringify(id)}${comma}`), record.fragment, Buffer.from("}")];
      yield Buffer.concat([...(withValues ? [recordToJson(index, id, record)] : head), Buffer.from("\n")]);
    }
    after = page.at(-1);
    if (page.length < recordsPerPage) return;
  }
}

/** Namespaces filled at the same time: their transactions are committed together. */
const namespacesAtOnce = 200;

async function fillOne(shelf: Shelf, wanted: z.infer<typeof fillSchema>, number: number): Promise<void> {
  const namespace = wanted.namespace.replaceAll("{n}", String(number).padStart(6, "0"));
  for (let first = 0; first < wanted.records; first += recordsPerWrite) {
    const count = Math.min(recordsPerWrite, wanted.records - first);
    const changes = Array.from({ length: count }, (_, at) => filledRecord(namespace, first + at, wanted.textLength));
    await shelf.write(wanted.index, namespace, changes, true);
  }
}

async function fill(shelf: Shelf, wanted: z.infer<typeof fillSchema>): Promise<Answer> {
  for (let first = 0; first < wanted.namespaces; first += namespacesAtOnce) {
    const count = Math.min(namespacesAtOnce, wanted.namespaces - first);
    await Promise.all(Array.from({ length: count }, (_, at) => fillOne(shelf, wanted, first + at)));
  }
  return json(200, { namespaces: wanted.namespaces, records: wanted.namespaces * wanted.records });
}

/** What the stand-in was asked for: calls by index and route, calls that write, and units as they would be billed. */
function report({ around, units }: PineconeAdmin): Answer {
  const scopes = around.counters.all();
  const writes = Object.entries(scopes).map(([index, routes]) => [
    index,
    writingRoutes.reduce((sum, route) => sum + (routes[route]?.calls ?? 0), 0),
  ]);
  return json(200, { scopes, writes: Object.fromEntries(writes), units: Object.fromEntries(units) });
}

/**
 * Admin verbs of this stand-in beside the common ones: `records` (GET ?index=&namespace=&values=true, JSON lines), `edit` and `fill`
 * (records as customers make them), `indexes` (one that is ready at once), `counters`, and `reset` (counters, faults, rates; with
 * `{"data":true}` everything, as on first start).
 */
export function pineconeVerbs(admin: PineconeAdmin): Record<string, AdminVerb> {
  const { shelf, around } = admin;
  return {
    records: (exchange) => {
      const index = readIndex(shelf.storage, exchange.query.get("index") ?? "");
      return index === null ? noIndex() : rawJson(recordLines(shelf, index, exchange));
    },
    edit: withBody(editSchema, (edit) =>
      answerRefusals(async () => {
        if (readIndex(shelf.storage, edit.index) === null) return noIndex();
        const written = await shelf.write(edit.index, toNamespace(edit.namespace), changesOf(edit), edit.immediate);
        return json(200, { changed: written.changed });
      }),
    ),
    fill: withBody(fillSchema, (wanted) =>
      readIndex(shelf.storage, wanted.index) === null ? noIndex() : fill(shelf, wanted),
    ),
    indexes: withBody(indexSchema, async ({ deployment, ...shape }) => {
      const settings = {
        cloud: "aws",
        region: "us-east-1",
        deletionProtection: "disabled",
        tags: {},
        createdAt: 0,
        salt: 0,
      } as const;
      await writeIndex(shelf.storage, { ...settings, ...shape, ...(deployment && { deployment }) });
      return json(200, { name: shape.name });
    }),
    counters: () => report(admin),
    reset: async (exchange) => {
      const wanted = resetSchema.safeParse(parseJson(exchange.body));
      if (wanted.success && wanted.data.data) {
        await admin.startAgain();
        shelf.forget();
      }
      around.counters.reset();
      around.faults.clear();
      admin.rates.reset();
      admin.units.clear();
      return json(200, {});
    },
  };
}
