import { type IndexFields, readTextFields } from "@/lib/shapes/routes/index-fields";
import type { NewIndex } from "../contract";
import type { DocumentSchema } from "../pinecone/index-model";
import type { DocumentSettings } from "./settings";

/** The fields of an index that is made: as the connection is set, where the route doesn't name others. */
export type Wanted = { settings: DocumentSettings; fields?: IndexFields | undefined };

export function schemaFor({ settings, fields = {} }: Wanted, shape: NewIndex): DocumentSchema {
  return {
    dense: { name: fields.vector ?? settings.vectorField, dimension: shape.dimension, metric: shape.metric },
    sparse: fields.sparse ?? settings.sparseField ?? null,
    texts: fields.texts ?? readTextFields(settings.textFields) ?? [],
    required: [],
  };
}

/** The same as the body of a request declares it. */
export function schemaBody({ dense, sparse, texts }: DocumentSchema): Record<string, unknown> {
  const fields: [string, unknown][] = texts.map(({ name, language, stemming }) => [
    name,
    { type: "string", full_text_search: { language, stemming } },
  ]);
  if (sparse !== null) fields.unshift([sparse, { type: "sparse_vector" }]);
  if (dense) fields.unshift([dense.name, { type: "dense_vector", dimension: dense.dimension, metric: dense.metric }]);
  return { fields: Object.fromEntries(fields) };
}

/** Two fields of one name can't be declared. */
export function schemaFault({ dense, sparse, texts }: DocumentSchema): string | null {
  const names = [
    ...(dense ? [dense.name] : []),
    ...(sparse === null ? [] : [sparse]),
    ...texts.map(({ name }) => name),
  ];
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  return twice === undefined ? null : `Two fields would be called ${JSON.stringify(twice)}`;
}

/** Which fields that a route names a standing index lacks, in words: none can be added. */
export function missingFields({ dense, sparse, texts }: DocumentSchema, named: IndexFields): string[] {
  const own = (name: string | null | undefined, holds: string) =>
    name === null || name === undefined ? "" : `: its ${holds} are in ${name}`;
  return [
    ...(named.vector === undefined || named.vector === dense?.name
      ? []
      : [`it has no vector field ${named.vector}${own(dense?.name, "vectors")}`]),
    ...(named.sparse === undefined || named.sparse === sparse
      ? []
      : [`it has no sparse field ${named.sparse}${own(sparse, "sparse values")}`]),
    ...(named.texts ?? [])
      .filter(({ name }) => !texts.some((text) => text.name === name))
      .map(({ name }) => `it has no full-text search for ${name}`),
  ];
}

/**
 * In what a standing index differs from what would be made: `stops` where it can't hold what is to be written, or lacks a field that the route names.
 * A field that the connection alone names is of an index that is made: a standing one's own is used.
 */
export function schemaDifferences(
  stands: DocumentSchema,
  wanted: DocumentSchema,
  named: IndexFields = {},
): { stops: string[]; notes: string[] } {
  const stops = missingFields(stands, named);
  const notes: string[] = [];
  if (stands.dense === null) stops.push("it has no field for dense vectors");
  else if (wanted.dense) {
    const { name, dimension, metric } = stands.dense;
    if (dimension !== wanted.dense.dimension)
      stops.push(`its field ${name} has dimension ${dimension}, not ${wanted.dense.dimension}`);
    if (metric !== wanted.dense.metric)
      stops.push(`its field ${name} compares by ${metric}, not ${wanted.dense.metric}`);
    if (named.vector === undefined && name !== wanted.dense.name)
      notes.push(`Its vectors are in the field ${name}: that one is used, not ${wanted.dense.name}.`);
  }
  if (named.sparse === undefined && wanted.sparse !== null && stands.sparse === null)
    notes.push("It has no sparse field, and none can be added: records with sparse values are problems.");
  for (const { name, language, stemming } of wanted.texts) {
    const there = stands.texts.find((field) => field.name === name);
    if (!there && named.texts) continue;
    if (!there) notes.push(`It has no full-text search for ${name}, and none can be added: it is kept as metadata.`);
    else if (there.language !== language || there.stemming !== stemming)
      notes.push(
        `Its full-text search of ${name} is set to ${there.language}${there.stemming ? " with stemming" : ""}, for good.`,
      );
  }
  for (const { name } of stands.texts)
    if (!wanted.texts.some((field) => field.name === name))
      notes.push(`Its field ${name} has full-text search: what is written there must be a text.`);
  const required = stands.required.filter((name) => name !== stands.dense?.name);
  if (required.length > 0)
    notes.push(`It requires ${required.join(", ")} of every document: records without are problems.`);
  return { stops, notes };
}
