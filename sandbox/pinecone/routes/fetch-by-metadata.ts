import { rawJson } from "@/sandbox/http/exchange";
import { bill, type DataRoute, readBody, readText } from "../desk";
import { readFilter } from "../filter";
import { checkNamespace, decodeToken, encodeToken, fromNamespace, toNamespace } from "../identifiers";
import { limits } from "../limits";
import { fromFragment } from "../metadata";
import { Refusal } from "../problems";
import { recordsAsJson } from "./fetch";

const usualLimit = 100;

function readLimit(value: unknown): number {
  if (value === undefined || value === null) return usualLimit;
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= limits.fetchByMetadata)
    return value;
  throw new Refusal(
    "invalid",
    `Limit must be between 1 and ${limits.fetchByMetadata}, but got ${JSON.stringify(value)}`,
  );
}

/** POST /vectors/fetch_by_metadata: whole records that match a filter, in byte order of their IDs, a page at a time. */
export const fetchByMetadata: DataRoute = (desk) => {
  const { index, exchange, shelf } = desk;
  const body = readBody(exchange);
  const namespace = checkNamespace(toNamespace(readText(body, "namespace")));
  desk.rates.fetchByMetadata(index.name, fromNamespace(namespace));
  const filter = readFilter(body.filter);
  const limit = readLimit(body.limit);
  const scope = `metadata\0${index.name}\0${namespace}\0${JSON.stringify(body.filter)}`;
  const after = decodeToken(scope, readText(body, "paginationToken"));
  const place = shelf.place(index.name, namespace);
  const ids: string[] = [];
  let more = false;
  for (const id of place === null ? [] : shelf.ids(place, { after })) {
    const head = place === null ? null : shelf.head(place, id);
    if (head === null || !filter(fromFragment(head.fragment).metadata)) continue;
    if (ids.length === limit) {
      more = true;
      break;
    }
    ids.push(id);
  }
  const readUnits = Math.max(1, Math.ceil(ids.length / 10));
  bill(desk, { read: readUnits });
  const last = ids.at(-1);
  const pagination = more && last !== undefined ? `"pagination":{"next":"${encodeToken(scope, last)}"},` : "";
  const closing = `},${pagination}"namespace":${JSON.stringify(fromNamespace(namespace))},"usage":{"readUnits":${readUnits}}}`;
  function* pieces(): Generator<Buffer> {
    yield Buffer.from('{"vectors":{');
    yield* recordsAsJson(desk, namespace, ids);
    yield Buffer.from(closing);
  }
  return { ...rawJson(pieces()), records: ids.length };
};
