import { findPlace } from "./admit";
import type { Mappings, Property } from "./definition";
import type { Scalar, StoredDocument } from "./document";

const columnless = new Set(["text", "object", "nested"]);

/** A field as searches see it. */
export type Field = {
  type: string;
  /** Path of the value in a document: that of the field which a subfield belongs to. */
  path: string;
  property: Property;
  runtime: boolean;
};

/** The field of that name, a subfield (`namespace.keyword`) included; `null` when the mapping doesn't know it. */
export function findField(mappings: Mappings, name: string): Field | null {
  const runtime = mappings.runtime?.[name];
  if (runtime) return { type: runtime.type, path: name, property: { type: runtime.type }, runtime: true };
  const { found } = findPlace(mappings, name);
  if (found === null) return null;
  const above = name.includes(".") ? findPlace(mappings, name.slice(0, name.lastIndexOf("."))).found : null;
  const path = above?.fields ? name.slice(0, name.lastIndexOf(".")) : name;
  return { type: found.type ?? "object", path, property: found, runtime: false };
}

export const isAggregatable = ({ type, property }: Field) =>
  property.fielddata === true || (!columnless.has(type) && property.doc_values !== false);

function convert(type: string, value: Scalar): Scalar {
  if (type === "keyword" || type === "text") return String(value);
  if (type === "boolean") return String(value) === "true";
  if (["byte", "short", "integer", "long"].includes(type)) return Math.trunc(Number(value));
  return type === "float" || type === "double" ? Number(value) : value;
}

/** The values by which a search finds the document; empty where they aren't indexed. */
export function indexedValues(document: StoredDocument, field: Field): Scalar[] {
  const { type, path, property, runtime } = field;
  if (!runtime && document.head.unindexed.includes(path)) return [];
  const searchable = property.index !== false || (property.doc_values !== false && !columnless.has(type));
  if (!searchable || property.enabled === false) return [];
  const above = property.ignore_above ?? Number.POSITIVE_INFINITY;
  return document
    .values(path)
    .map((value) => convert(type, value))
    .filter((value) => typeof value !== "string" || value.length <= above);
}
