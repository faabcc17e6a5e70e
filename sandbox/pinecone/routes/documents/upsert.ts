import { json } from "@/sandbox/http/exchange";
import { bill, type DataRoute, readBody } from "../../desk";
import { checkNamespace, fromNamespace } from "../../identifiers";
import { limits } from "../../limits";
import { Refusal } from "../../problems";
import { readDocument } from "./document";

/** POST /namespaces/{namespace}/documents/upsert: all of the request or nothing of it. No sequence number: answers on documents aren't said to have one. */
export const upsertDocuments =
  (namespace: string): DataRoute =>
  async (desk) => {
    const { index, exchange, shelf } = desk;
    const body = readBody(exchange, limits.upsertBytes);
    checkNamespace(namespace);
    desk.rates.upsert(index.name, fromNamespace(namespace), exchange.body.length);
    const { documents } = body;
    if (!Array.isArray(documents) || documents.length === 0 || documents.length > limits.documents)
      throw new Refusal("invalid", `A request must hold 1 to ${limits.documents} documents`);
    const read = documents.map((document, at) => readDocument(index, document, at));
    if (new Set(read.map(({ id }) => id)).size !== read.length)
      throw new Refusal("invalid", "Document IDs must be unique within a request");
    const written = await shelf.write(
      index.name,
      namespace,
      read.map(({ id, record }) => ({ id, next: () => record })),
    );
    const sent = read.reduce(
      (sum, { id, record }) => sum + id.length + record.fragment.length + (record.values?.length ?? 0),
      0,
    );
    bill(desk, { write: Math.max(5, Math.ceil((sent + written.replacedBytes) / 1024)) });
    return { ...json(202, { upserted_count: read.length }), records: read.length };
  };
