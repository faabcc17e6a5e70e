import { json } from "@/sandbox/http/exchange";
import { bill, type DataRoute, readBody } from "../../desk";
import { readFilter } from "../../filter";
import { checkNamespace, fromNamespace } from "../../identifiers";
import { limits } from "../../limits";
import { fromFragment } from "../../metadata";

/** POST /namespaces/{namespace}/documents/delete. Here so that a tool which must never delete can be caught doing it. */
export const removeDocuments =
  (namespace: string): DataRoute =>
  async (desk) => {
    const { index, exchange, shelf } = desk;
    const body = readBody(exchange);
    checkNamespace(namespace);
    desk.rates.namespaced("delete", index.name, fromNamespace(namespace));
    const place = shelf.place(index.name, namespace);
    const all = place === null ? [] : [...shelf.ids(place)];
    let ids: string[];
    if (Array.isArray(body.ids) && body.ids.length <= limits.fetchIds) ids = body.ids.map(String);
    else if (body.delete_all === true) ids = all;
    else {
      const filter = readFilter(body.filter);
      ids = all.filter((id) => {
        const head = place === null ? null : shelf.head(place, id);
        return head !== null && filter(fromFragment(head.fragment).metadata);
      });
    }
    if (place === null) return json(202, {});
    const written = await shelf.write(
      index.name,
      namespace,
      ids.map((id) => ({ id, next: () => null })),
    );
    bill(desk, { write: 5 });
    return { ...json(202, {}), records: written.changed };
  };
