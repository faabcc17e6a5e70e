import type { z } from "zod";
import { type DescribedField, fieldsOf } from "@/lib/described";
import type { AnyEmbedderKind } from "@/lib/embedders/kind";
import { embedderKinds } from "@/lib/embedders/registry";
import { OperatorError } from "@/lib/operator-error";
import type { AnyStoreKind } from "@/lib/stores/kind";
import { storeKinds } from "@/lib/stores/registry";

/** A kind of store or of embedder, with what is asked for. */
export type Kind = ({ role: "store"; store: AnyStoreKind } | { role: "embedder"; embedder: AnyEmbedderKind }) & {
  kind: string;
  service: string;
  fields: DescribedField[];
  schema: z.ZodObject;
};

const ofStore = (store: AnyStoreKind): Kind => ({
  role: "store",
  store,
  kind: store.kind,
  service: store.service,
  fields: fieldsOf(store),
  schema: store.settings,
});
const ofEmbedder = (embedder: AnyEmbedderKind): Kind => ({
  role: "embedder",
  embedder,
  kind: embedder.kind,
  service: embedder.service,
  fields: fieldsOf(embedder),
  schema: embedder.settings,
});

/** Every kind that a connection may be of, stores first. */
export function allKinds(): Kind[] {
  return [...[...storeKinds.values()].map(ofStore), ...[...embedderKinds.values()].map(ofEmbedder)];
}

/** @throws OperatorError `unknown-kind`, with those that there are */
export function kindNamed(name: string): Kind {
  const [store, embedder] = [storeKinds.get(name), embedderKinds.get(name)];
  if (store) return ofStore(store);
  if (embedder) return ofEmbedder(embedder);
  throw new OperatorError({
    kind: "usage",
    code: "unknown-kind",
    what: `There is no kind of store or embedder ${JSON.stringify(name)}.`,
    notLost: "Nothing was changed.",
    next: `Name one of ${allKinds()
      .map(({ kind }) => kind)
      .join(", ")}.`,
  });
}
