import { rawJson } from "@/sandbox/http/exchange";
import { recordToJson } from "../dense-values";
import { bill, type DataRoute, type Desk } from "../desk";
import { checkNamespace, fromNamespace, toNamespace } from "../identifiers";
import { limits } from "../limits";
import { Refusal } from "../problems";

/** Pieces of so many bytes are sent at a time. */
const pieceBytes = 256 * 1024;

/** The records among `ids`, as the inside of a JSON object; joined into pieces worth sending. */
export function* recordsAsJson(desk: Desk, namespace: string, ids: readonly string[]): Generator<Buffer> {
  const place = desk.shelf.place(desk.index.name, namespace);
  if (place === null) return;
  let pieces: Buffer[] = [];
  let bytes = 0;
  let first = true;
  for (const id of ids) {
    const record = desk.shelf.record(place, id);
    if (record === null) continue;
    const json = recordToJson(desk.index, id, record);
    pieces.push(Buffer.from(`${first ? "" : ","}${JSON.stringify(id)}:`), json);
    first = false;
    bytes += json.length;
    if (bytes < pieceBytes) continue;
    yield Buffer.concat(pieces);
    pieces = [];
    bytes = 0;
  }
  yield Buffer.concat(pieces);
}

function* body(desk: Desk, namespace: string, ids: readonly string[], readUnits: number): Generator<Buffer> {
  yield Buffer.from('{"vectors":{');
  yield* recordsAsJson(desk, namespace, ids);
  yield Buffer.from(`},"namespace":${JSON.stringify(fromNamespace(namespace))},"usage":{"readUnits":${readUnits}}}`);
}

/** GET /vectors/fetch: the records that exist, keyed by ID; missing ones are left out. */
export const fetch: DataRoute = (desk) => {
  const { index, exchange, shelf } = desk;
  desk.rates.indexed("fetch", index.name);
  const namespace = checkNamespace(toNamespace(exchange.query.get("namespace")));
  const ids = [...new Set(exchange.query.getAll("ids"))];
  if (ids.length === 0) throw new Refusal("invalid", "Must specify at least one vector ID");
  if (ids.length > limits.fetchIds) {
    throw new Refusal("invalid", `Cannot fetch more than ${limits.fetchIds} vectors in one request, got ${ids.length}`);
  }
  const place = shelf.place(index.name, namespace);
  const found = place === null ? 0 : ids.reduce((sum, id) => sum + (shelf.head(place, id) === null ? 0 : 1), 0);
  const readUnits = Math.max(1, Math.ceil(found / 10));
  bill(desk, { read: readUnits });
  return { ...rawJson(body(desk, namespace, ids, readUnits)), records: found };
};
