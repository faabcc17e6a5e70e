import type { FieldMapping } from "../target-shape";
import { about, type Precondition, some } from "./precondition";
import type { ClearanceRequest } from "./request";

const elsewhere = "Copy the documents into an index with another mapping.";
const another = "Choose another field (--field), or leave these indexes out.";

/** Indexes by what a mapping says about them, so that each thing is told once. */
function grouped(mappings: readonly FieldMapping[], say: (mapping: FieldMapping) => string | null) {
  const groups = new Map<string, string[]>();
  for (const mapping of mappings) {
    const words = say(mapping);
    if (words !== null) groups.set(words, [...(groups.get(words) ?? []), mapping.index]);
  }
  return [...groups];
}

/** What an update in part would cost in indexes that don't keep whole documents. */
function originals(mappings: readonly FieldMapping[]): Precondition[] {
  const by = (source: FieldMapping["source"]) =>
    mappings.filter((mapping) => mapping.source === source).map(({ index }) => index);
  const [bare, synthetic] = [by("disabled"), by("synthetic")];
  return [
    ...about(bare, {
      level: "stop",
      code: "no-originals",
      what: `${some(bare)} doesn't keep documents (_source is off), so a single field can't be set.`,
      next: "Leave these indexes out.",
    }),
    ...grouped(mappings, ({ outsideSource }) => (outsideSource.length === 0 ? null : some(outsideSource, 10))).flatMap(
      ([fields, indices]) =>
        about(indices, {
          level: "stop",
          code: "outside-source",
          what: `${some(indices)} indexes ${fields} without keeping it in its documents (_source includes or excludes). Setting any field indexes a document again from what is kept: searches would no longer find it by ${fields}.`,
          next: "Copy the documents, from where they came, into an index that keeps these fields; or leave these indexes out.",
        }),
    ),
    ...about(synthetic, {
      level: "warn",
      code: "synthetic-source",
      what: `${some(synthetic)} puts documents together from its columns (synthetic _source): order and form of other fields are the server's, not the original's.`,
    }),
  ];
}

/** What stands in the way at the place where the field lies, or would lie. */
function place({ field }: ClearanceRequest, mappings: readonly FieldMapping[]): Precondition[] {
  const stop = (code: string, next: string, say: (mapping: FieldMapping) => string | null): Precondition[] =>
    grouped(mappings, say).flatMap(([words, indices]) =>
      about(indices, { level: "stop", code, what: `${some(indices)}: ${words}`, next }),
    );
  return [
    ...stop("not-enabled", elsewhere, ({ enabled }) =>
      enabled
        ? null
        : `the mapping doesn't index this part of a document (enabled: false), so ${field} would never be found.`,
    ),
    ...stop("nested-field", another, ({ parent }) =>
      parent?.type === "nested"
        ? `${field} lies in a nested object (${parent.name}). Searches for documents never find fields of nested objects.`
        : null,
    ),
    ...stop("parent-not-an-object", another, ({ parent }) =>
      parent === null || parent.type === "nested"
        ? null
        : `${parent.name} is mapped as ${parent.type}, so no field can lie below it, and ${field} would be refused.`,
    ),
    ...stop("field-is-alias", "Choose the field itself (--field).", ({ field: known }) =>
      known?.aliasOf
        ? `${field} is another name (alias) of ${known.aliasOf}: it can be searched, and not written.`
        : null,
    ),
    ...stop("field-is-subfield", "Choose the field itself (--field).", ({ field: known }) =>
      known?.subfieldOf
        ? `${field} indexes the value of ${known.subfieldOf} in another way and can't be written by itself.`
        : null,
    ),
    ...stop("field-computed", another, ({ field: known, template }) =>
      (known ?? template)?.computed
        ? `the mapping fills ${field} by a script or from another field: what is written under it is refused, hidden or comes on top.`
        : null,
    ),
    ...stop(
      "mapping-full",
      "Raise index.mapping.total_fields.limit, or copy the documents into an index with fewer fields.",
      ({ field: known, full }) =>
        known === null && full !== null
          ? `the mapping holds as many fields as it may (index.mapping.total_fields.limit is ${full.toLocaleString("en-US")}) and doesn't know ${field}, so that would be refused or ignored.`
          : null,
    ),
  ];
}

/** Whether the field can be written at all, and what else a document would lose by it; `usable`: mappings that stop nothing here. */
export function writablePreconditions(
  request: ClearanceRequest,
  mappings: readonly FieldMapping[],
): { found: Precondition[]; usable: FieldMapping[] } {
  const ofPlace = place(request, mappings);
  const stopped = new Set(ofPlace.flatMap(({ indices }) => indices));
  return {
    found: [...originals(mappings), ...ofPlace],
    usable: mappings.filter(({ index }) => !stopped.has(index)),
  };
}
