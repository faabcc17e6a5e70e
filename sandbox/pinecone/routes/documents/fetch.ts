import { rawJson } from "@/sandbox/http/exchange";
import { bill, type DataRoute, readBody, readText } from "../../desk";
import { readFilter } from "../../filter";
import { checkNamespace, decodeToken, encodeToken, fromNamespace } from "../../identifiers";
import { limits } from "../../limits";
import { fromFragment } from "../../metadata";
import { Refusal } from "../../problems";
import { documentToJson, readOnly } from "./document";

const usualLimit = 100;

/** POST /namespaces/{namespace}/documents/fetch by IDs, or by a filter a page at a time. */
export const fetchDocuments =
  (namespace: string): DataRoute =>
  (desk) => {
    const { index, exchange, shelf } = desk;
    const body = readBody(exchange);
    checkNamespace(namespace);
    const only = readOnly(body.include_fields);
    const place = shelf.place(index.name, namespace);
    let ids: string[] = [];
    let next: string | null = null;
    if ((body.ids === undefined) === (body.filter === undefined))
      throw new Refusal("invalid", "Must specify either ids or filter");
    if (body.ids !== undefined) {
      desk.rates.indexed("fetch", index.name);
      if (!Array.isArray(body.ids) || body.ids.length === 0 || body.ids.length > limits.fetchIds)
        throw new Refusal("invalid", `Must specify 1 to ${limits.fetchIds} IDs`);
      ids = [...new Set(body.ids.map(String))];
    } else {
      desk.rates.fetchByMetadata(index.name, fromNamespace(namespace));
      const filter = readFilter(body.filter);
      const limit = typeof body.limit === "number" ? body.limit : usualLimit;
      if (!Number.isInteger(limit) || limit < 1 || limit > limits.fetchByMetadata)
        throw new Refusal("invalid", `Limit must be between 1 and ${limits.fetchByMetadata}`);
      const scope = `documents\0${index.name}\0${namespace}\0${JSON.stringify(body.filter)}`;
      for (const id of place === null
        ? []
        : shelf.ids(place, { after: decodeToken(scope, readText(body, "pagination_token")) })) {
        const head = place === null ? null : shelf.head(place, id);
        if (head === null || !filter(fromFragment(head.fragment).metadata)) continue;
        if (ids.length === limit) {
          next = encodeToken(scope, ids.at(-1) ?? "");
          break;
        }
        ids.push(id);
      }
    }
    const parts: Buffer[] = [];
    for (const id of ids) {
      const record = place === null ? null : shelf.record(place, id);
      if (record === null) continue;
      const comma = parts.length === 0 ? "" : ",";
      parts.push(
        Buffer.concat([Buffer.from(`${comma}${JSON.stringify(id)}:`), documentToJson(index, id, record, only)]),
      );
    }
    const readUnits = Math.max(1, Math.ceil(parts.length / 10));
    bill(desk, { read: readUnits });
    const pagination = next === null ? "" : `"pagination":{"next":"${next}"},`;
    const egress = parts.reduce((sum, part) => sum + part.length, 0);
    const closing = `},${pagination}"namespace":${JSON.stringify(fromNamespace(namespace))},"usage":{"read_units":${readUnits},"egress_bytes":${egress}}}`;
    return {
      ...rawJson([Buffer.from('{"documents":{'), ...parts, Buffer.from(closing)]),
      records: parts.length,
    };
  };
