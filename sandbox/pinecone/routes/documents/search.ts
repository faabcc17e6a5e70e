import { rawJson } from "@/sandbox/http/exchange";
import { bytesToFloats } from "@/sandbox/values-json";
import { readDense } from "../../dense-input";
import { bill, type DataRoute, readBody } from "../../desk";
import { readFilter } from "../../filter";
import { checkNamespace, fromNamespace } from "../../identifiers";
import { denseFieldOf } from "../../indexes";
import { Refusal } from "../../problems";
import { readTopK, search } from "../query";
import { documentToJson, readOnly } from "./document";

/** POST /namespaces/{namespace}/documents/search by a dense vector; text isn't ranked here. */
export const searchDocuments =
  (namespace: string): DataRoute =>
  async (desk) => {
    const { index, exchange, shelf } = desk;
    const body = readBody(exchange);
    checkNamespace(namespace);
    desk.rates.namespaced("query", index.name, fromNamespace(namespace));
    const topK = readTopK(body.top_k);
    const [clause, ...more]: unknown[] = Array.isArray(body.score_by) ? body.score_by : [];
    if (typeof clause !== "object" || clause === null || !("type" in clause) || clause.type !== "dense_vector")
      throw new Refusal("invalid", "score_by must hold one dense_vector clause");
    if (more.length > 0) throw new Refusal("invalid", "A dense_vector clause stands alone");
    const fields = "fields" in clause && Array.isArray(clause.fields) ? clause.fields : [];
    const field = fields[0] ?? ("field" in clause ? clause.field : undefined);
    if (field !== denseFieldOf(index))
      throw new Refusal("invalid", `Scoring field '${String(field)}' not found in index schema`);
    const bytes = readDense(index, "values" in clause ? clause.values : undefined);
    if (bytes === null) throw new Refusal("invalid", "A dense_vector clause needs values");
    const filter = body.filter === undefined ? null : readFilter(body.filter);
    // Unlike a fetch, a search answers nothing but ID and score unless it names fields.
    const named = Array.isArray(body.include_fields) && body.include_fields.length > 0;
    const only = named ? readOnly(body.include_fields) : new Set<string>();
    const place = shelf.place(index.name, namespace);
    const wanted = { dense: bytesToFloats(bytes), sparse: null };
    const found = place === null ? [] : await search(desk, place, wanted, filter, topK);
    const parts: string[] = [];
    for (const { id, score } of found) {
      const record = place === null ? null : shelf.record(place, id);
      if (record === null) continue;
      const json = documentToJson(index, id, record, only).toString("utf8");
      parts.push(`${json.slice(0, -1)},"_score":${JSON.stringify(score)}}`);
    }
    bill(desk, { read: 1 });
    const closing = `],"namespace":${JSON.stringify(fromNamespace(namespace))},"usage":{"read_units":1}}`;
    return { ...rawJson(Buffer.from(`{"matches":[${parts.join(",")}${closing}`)), records: parts.length };
  };
