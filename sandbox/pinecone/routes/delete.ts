import { json } from "@/sandbox/http/exchange";
import { bill, type DataRoute, readBody, readText } from "../desk";
import { readFilter } from "../filter";
import { checkNamespace, fromNamespace, toNamespace } from "../identifiers";
import { limits } from "../limits";
import { fromFragment } from "../metadata";
import { Refusal } from "../problems";

/** POST /vectors/delete by IDs, by filter or of all. Here so that a tool which must never delete can be caught doing it. */
export const remove: DataRoute = async (desk) => {
  const { index, exchange, shelf } = desk;
  const body = readBody(exchange);
  const namespace = checkNamespace(toNamespace(readText(body, "namespace")));
  desk.rates.namespaced("delete", index.name, fromNamespace(namespace));
  const place = shelf.place(index.name, namespace);
  let ids: string[];
  if (Array.isArray(body.ids)) {
    if (body.ids.length > limits.fetchIds) {
      throw new Refusal(
        "invalid",
        `Cannot delete more than ${limits.fetchIds} vectors in one request, got ${body.ids.length}`,
      );
    }
    ids = body.ids.map(String);
  } else if (body.deleteAll === true) {
    if (place === null) throw new Refusal("not-found", "Namespace not found");
    ids = [...shelf.ids(place)];
  } else if (body.filter !== undefined) {
    const filter = readFilter(body.filter);
    ids =
      place === null
        ? []
        : [...shelf.ids(place)].filter((id) => {
            const head = shelf.head(place, id);
            return head !== null && filter(fromFragment(head.fragment).metadata);
          });
  } else throw new Refusal("invalid", "Must specify ids, filter or deleteAll");
  if (place === null) return json(200, {});
  const written = await shelf.write(
    index.name,
    namespace,
    ids.map((id) => ({ id, next: () => null })),
  );
  bill(desk, { write: 5 });
  return { ...json(200, {}, { "x-pinecone-request-lsn": String(written.lsn) }), records: written.changed };
};
