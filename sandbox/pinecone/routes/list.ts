import { json } from "@/sandbox/http/exchange";
import { bill, type DataRoute } from "../desk";
import { checkNamespace, decodeToken, encodeToken, fromNamespace, readLimit, toNamespace } from "../identifiers";
import { limits } from "../limits";

/** GET /vectors/list: IDs in byte order, a page at a time. */
export const list: DataRoute = (desk) => {
  const { index, exchange, shelf } = desk;
  desk.rates.indexed("list", index.name);
  const { query } = exchange;
  const namespace = checkNamespace(toNamespace(query.get("namespace")));
  const prefix = query.get("prefix") ?? "";
  const limit = readLimit(query.get("limit"), limits.listPage);
  const scope = `list\0${index.name}\0${namespace}\0${prefix}`;
  const after = decodeToken(scope, query.get("paginationToken"));
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
    vectors: ids.map((id) => ({ id })),
    ...(more && last !== undefined ? { pagination: { next: encodeToken(scope, last) } } : {}),
    namespace: fromNamespace(namespace),
    usage: { readUnits: 1 },
  };
  return { ...json(200, answer), records: ids.length };
};
