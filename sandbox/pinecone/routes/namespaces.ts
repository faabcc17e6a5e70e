import { json } from "@/sandbox/http/exchange";
import type { NamedPlace } from "@/sandbox/storage/places";
import type { DataRoute } from "../desk";
import { readBody, readText } from "../desk";
import { checkNamespace, decodeToken, encodeToken, fromNamespace, readLimit, toNamespace } from "../identifiers";
import { limits } from "../limits";
import { Refusal } from "../problems";
import type { Shelf } from "../shelf";

/** Counts go as strings, as 64-bit integers do in the service's JSON. */
const describe = (shelf: Shelf, place: NamedPlace) => ({
  name: fromNamespace(place.namespace),
  record_count: String(Math.max(0, shelf.count(place))),
});

/** GET /namespaces: names in byte order, a page at a time. */
export const listNamespaces: DataRoute = ({ index, exchange, shelf }) => {
  const { query } = exchange;
  const prefix = query.get("prefix") ?? "";
  const limit = readLimit(query.get("limit"), limits.namespacePage);
  const scope = `namespaces\0${index.name}\0${prefix}`;
  const after = decodeToken(scope, query.get("paginationToken"));
  const page: NamedPlace[] = [];
  let more = false;
  for (const place of shelf.places(index.name, after === undefined ? { prefix } : { after, prefix })) {
    if (page.length === limit) {
      more = true;
      break;
    }
    page.push(place);
  }
  const last = page.at(-1);
  const answer = {
    namespaces: page.map((place) => describe(shelf, place)),
    ...(more && last ? { pagination: { next: encodeToken(scope, last.namespace) } } : {}),
    ...(prefix === "" ? { total_count: shelf.namespaces(index.name) } : {}),
  };
  return { ...json(200, answer), records: page.length };
};

/** POST /namespaces */
export const createNamespace: DataRoute = async ({ index, exchange, shelf }) => {
  const name = readText(readBody(exchange), "name");
  if (name === undefined || name === "") throw new Refusal("invalid", "Namespace name is required");
  const namespace = checkNamespace(toNamespace(name));
  await shelf.create(index.name, namespace);
  return json(200, { name: fromNamespace(namespace), record_count: "0" });
};

/** GET /namespaces/{namespace} */
export const describeNamespace =
  (name: string): DataRoute =>
  ({ index, shelf }) => {
    const place = shelf.place(index.name, toNamespace(name));
    if (place === null) throw new Refusal("not-found", "Namespace not found");
    return json(200, describe(shelf, place));
  };

/** DELETE /namespaces/{namespace} */
export const deleteNamespace =
  (name: string): DataRoute =>
  async ({ index, shelf }) => {
    if (!(await shelf.remove(index.name, toNamespace(name)))) throw new Refusal("not-found", "Namespace not found");
    return json(200, {});
  };
