import { z } from "zod";
import type { NewIndex } from "../contract";
import type { DocumentSchema, TextField } from "../pinecone/index-model";
import type { DocumentSettings } from "./settings";

/** Bytes of a field's name (the vendor's document reference, "Field names"). */
const nameBytes = 64;
/** Languages of full-text search (the same, "Text processing"). */
const languages = new Set("ar da de el en es fi fr hu it nl no pt ro ru sv ta tr".split(" "));

/** Why a document's field can't be called so; `null`: it can. */
export function nameFault(name: string): string | null {
  if (name === "") return "an empty name";
  if (/^[_$]/.test(name)) return "a name that begins with _ or $";
  return Buffer.byteLength(name) > nameBytes ? `a name of more than ${nameBytes} bytes` : null;
}

export const fieldName = () =>
  z
    .string()
    .refine((name) => nameFault(name) === null, `a name of 1 to ${nameBytes} bytes that doesn't begin with _ or $`);

/** `text(en, stemming), title` as fields; `null`: it isn't written so. */
export function readTextFields(text: string): TextField[] | null {
  const fields: TextField[] = [];
  for (const part of text.split(/,(?![^(]*\))/)) {
    if (part.trim() === "") continue;
    const [, name = "", inside = ""] = /^\s*([^()]+?)\s*(?:\(([^()]*)\))?\s*$/.exec(part) ?? [];
    const [language = "en", stemming, ...more] = inside.split(",").map((word) => word.trim());
    const spoken = language === "" ? "en" : language;
    if (nameFault(name) !== null || !languages.has(spoken) || more.length > 0) return null;
    if (stemming !== undefined && stemming !== "stemming") return null;
    if (fields.some((field) => field.name === name)) return null;
    fields.push({ name, language: spoken, stemming: stemming === "stemming" });
  }
  return fields.length > 100 ? null : fields;
}

/** The schema of an index that is made by these settings. */
export function schemaFor({ vectorField, sparseField, textFields }: DocumentSettings, shape: NewIndex): DocumentSchema {
  return {
    dense: { name: vectorField, dimension: shape.dimension, metric: shape.metric },
    sparse: sparseField ?? null,
    texts: readTextFields(textFields) ?? [],
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

/** In what a standing index differs from what would be made: `stops` where it can't hold what is to be written. */
export function schemaDifferences(
  stands: DocumentSchema,
  wanted: DocumentSchema,
): { stops: string[]; notes: string[] } {
  const stops: string[] = [];
  const notes: string[] = [];
  if (stands.dense === null) stops.push("it has no field for dense vectors");
  else {
    const { name, dimension, metric } = stands.dense;
    if (wanted.dense && dimension !== wanted.dense.dimension)
      stops.push(`its field ${name} has dimension ${dimension}, not ${wanted.dense.dimension}`);
    if (wanted.dense && metric !== wanted.dense.metric)
      stops.push(`its field ${name} compares by ${metric}, not ${wanted.dense.metric}`);
    if (wanted.dense && name !== wanted.dense.name)
      notes.push(`Its vectors are in the field ${name}: that one is used, not ${wanted.dense.name}.`);
  }
  if (wanted.sparse !== null && stands.sparse === null)
    notes.push("It has no sparse field, and none can be added: records with sparse values are problems.");
  for (const { name, language, stemming } of wanted.texts) {
    const there = stands.texts.find((field) => field.name === name);
    if (!there) notes.push(`It has no full-text search for ${name}, and none can be added: it is kept as metadata.`);
    else if (there.language !== language || there.stemming !== stemming)
      notes.push(
        `Its full-text search of ${name} is set to ${there.language}${there.stemming ? " with stemming" : ""}, for good.`,
      );
  }
  for (const { name } of stands.texts)
    if (!wanted.texts.some((field) => field.name === name))
      notes.push(`Its field ${name} has full-text search: what is written there must be a text.`);
  return { stops, notes };
}
