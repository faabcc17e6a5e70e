import { z } from "zod";

/** Bytes of a field's name in a document index (the vendor's document reference, "Field names"). */
const nameBytes = 64;
/** Languages of full-text search (the same, "Text processing"). */
const languages = new Set("ar da de el en es fi fr hu it nl no pt ro ru sv ta tr".split(" "));
/** Full-text fields of one index. */
const mostTexts = 100;

/** Why a document's field can't be called so; `null`: it can. */
export function nameFault(name: string): string | null {
  if (name === "") return "an empty name";
  if (/^[_$]/.test(name)) return "a name that begins with _ or $";
  return new TextEncoder().encode(name).length > nameBytes ? `a name of more than ${nameBytes} bytes` : null;
}

export const fieldName = () =>
  z
    .string()
    .refine((name) => nameFault(name) === null, `a name of 1 to ${nameBytes} bytes that doesn't begin with _ or $`);

/** A metadata key whose text is searched. */
export const textFieldSchema = z.strictObject({
  name: fieldName(),
  language: z
    .string()
    .refine((language) => languages.has(language), `one of ${[...languages].join(", ")}`)
    .default("en"),
  stemming: z.boolean().default(false),
});
export type TextField = z.infer<typeof textFieldSchema>;

/** To which named fields of a document index a route writes; what is left out is as the connection is set. */
export const indexFieldsSchema = z.strictObject({
  /** Holds the vectors. */
  vector: fieldName().exactOptional(),
  /** Holds the sparse values. */
  sparse: fieldName().exactOptional(),
  /** Metadata keys with full-text search. */
  texts: z
    .array(textFieldSchema)
    .max(mostTexts)
    .refine((texts) => new Set(texts.map(({ name }) => name)).size === texts.length, "each name once")
    .exactOptional(),
});
export type IndexFields = z.infer<typeof indexFieldsSchema>;

/** How full-text fields are written: the hint of a refusal. */
export const textFieldsForm = "NAME, NAME(language) or NAME(language, stemming), with commas between them";

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
  return fields.length > mostTexts ? null : fields;
}

/** The same as it is written. */
export const textFieldsText = (fields: readonly TextField[]): string =>
  fields
    .map(({ name, language, stemming }) =>
      stemming ? `${name}(${language}, stemming)` : language === "en" ? name : `${name}(${language})`,
    )
    .join(", ");

/** `vectors in meaning; full-text search of text(en, stemming)`. */
export function indexFieldsWords({ vector, sparse, texts }: IndexFields): string {
  return [
    ...(vector === undefined ? [] : [`vectors in ${vector}`]),
    ...(sparse === undefined ? [] : [`sparse values in ${sparse}`]),
    ...(texts === undefined
      ? []
      : [texts.length === 0 ? "no full-text search" : `full-text search of ${textFieldsText(texts)}`]),
  ].join("; ");
}
