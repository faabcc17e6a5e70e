import type { z } from "zod";
import { allKinds } from "@/lib/routes/kinds";
import type { KindView } from "@/lib/shapes/routes/kind";
import type { Context } from "../verbs/context";
import type { noInput } from "./list-connections";

/** Every kind of store and embedder as it describes itself: forms and flags are made from this. */
export async function listKinds(_ctx: Context, _input: z.infer<typeof noInput>): Promise<{ kinds: KindView[] }> {
  return {
    kinds: allKinds().map((kind) => ({
      kind: kind.kind,
      role: kind.role,
      service: kind.service,
      collection: kind.role === "store" ? kind.store.words.collection : null,
      namespace: kind.role === "store" ? kind.store.words.namespace : null,
      place: kind.role === "store" ? kind.store.place : null,
      reads: kind.role === "store",
      writes: kind.role === "store" && kind.store.openTarget !== null,
      fields: kind.fields.map((field) => ({
        key: field.key,
        label: field.label,
        help: field.help,
        placeholder: field.placeholder ?? null,
        secret: field.secret ?? false,
        address: field.address ?? false,
        path: field.path ?? false,
        required: field.required,
        ...field.control,
      })),
    })),
  };
}

/** Whether a kind of store, by its name, keeps no namespaces within a collection. */
export const keepsNoNamespaces = (name: string): boolean =>
  allKinds().some((kind) => kind.kind === name && kind.role === "store" && kind.store.words.namespace === null);
