import { json } from "@/sandbox/http/exchange";
import { bill, type DataRoute, readBody, readText } from "../../desk";
import { checkNamespace, decodeToken, encodeToken, fromNamespace, readLimit } from "../../identifiers";
import { limits } from "../../limits";

/** POST /namespaces/{namespace}/documents/list: IDs in byte order, a page at a time. */
export const listDocuments =
  (namespace: string): DataRoute =>
  (desk) => {
    const { index, exchange, shelf } = desk;
    desk.rates.indexed("list", index.name);
    const body = readBody(exchange);
    checkNamespace(namespace);
    const prefix = readText(body, "prefix") ?? "";
    const limit = readLimit(body.limit === undefined ? null : String(body.limit), limits.listPage);
    const scope = `documents-list\0${index.name}\0${namespace}\0${prefix}`;
    const after = decodeToken(scope, readText(body, "pagination_token"));
    const place = shelf.place(index.name, namespace);
    const ids: string[] = [];
    let more = false;
    for (const id of place === null ? [] : shelf.ids(place, { after, prefix })) {
      if (ids.length === limit) {
        more = true;
        break;
      }
      ids.push(id);
    }
    bill(desk, { read: 1 });
    const last = ids.at(-1);
    const answer = {
      documents: ids.map((_id) => ({ _id })),
      ...(more && last !== undefined ? { pagination: { next: encodeToken(scope, last) } } : {}),
      namespace: fromNamespace(namespace),
      usage: { read_units: 1 },
    };
    return { ...json(200, answer), records: ids.length };
  };
