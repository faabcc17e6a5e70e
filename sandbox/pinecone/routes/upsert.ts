import { json } from "@/sandbox/http/exchange";
import type { StoredRecord } from "@/sandbox/storage/records";
import { readDense } from "../dense-input";
import { bill, type DataRoute, readBody, readText } from "../desk";
import { checkId, checkNamespace, fromNamespace, toNamespace } from "../identifiers";
import type { IndexRow } from "../indexes";
import { limits } from "../limits";
import { readMetadata, readSparse, toFragment } from "../metadata";
import { Refusal } from "../problems";
import type { Change } from "../shelf";

function readChange(index: IndexRow, vector: unknown, at: number): Change {
  if (typeof vector !== "object" || vector === null)
    throw new Refusal("invalid", `Vector at position ${at} must be an object`);
  const fields: Record<string, unknown> = { ...vector };
  const id = checkId(fields.id, at);
  const values = readDense(index, fields.values);
  const sparse = readSparse(fields.sparseValues);
  if (values === null && sparse === null)
    throw new Refusal("invalid", `Vector '${id}' has neither values nor sparse values`);
  if (values === null && index.dimension !== null) throw new Refusal("invalid", `Vector '${id}' has no dense values`);
  const record: StoredRecord = {
    dense: values === null ? "none" : "stored",
    fragment: toFragment(readMetadata(fields.metadata), sparse),
    values,
  };
  return { id, next: () => record };
}

/** POST /vectors/upsert: all of the request or nothing of it. */
export const upsert: DataRoute = async (desk) => {
  const { index, exchange, shelf } = desk;
  const body = readBody(exchange, limits.upsertBytes);
  const namespace = checkNamespace(toNamespace(readText(body, "namespace")));
  desk.rates.upsert(index.name, fromNamespace(namespace), exchange.body.length);
  const { vectors } = body;
  if (!Array.isArray(vectors) || vectors.length === 0)
    throw new Refusal("invalid", "Request must contain at least one vector");
  if (vectors.length > limits.upsertRecords) {
    throw new Refusal(
      "invalid",
      `Cannot upsert more than ${limits.upsertRecords} vectors in one request, got ${vectors.length}`,
    );
  }
  const changes = vectors.map((vector, at) => readChange(index, vector, at));
  const written = await shelf.write(index.name, namespace, changes);
  const sent = changes.reduce((sum, { id, next }) => {
    const record = next(null);
    return sum + id.length + (record?.fragment.length ?? 0) + (record?.values?.length ?? 0);
  }, 0);
  bill(desk, { write: Math.max(5, Math.ceil((sent + written.replacedBytes) / 1024)) });
  return {
    ...json(200, { upsertedCount: changes.length }, { "x-pinecone-request-lsn": String(written.lsn) }),
    records: changes.length,
  };
};
