import { type ClearanceWish, clearanceWishSchema, type FieldKind } from "@/lib/shapes/clearance";

/** What stands in the form: text, until it is asked for. */
export type WishTexts = {
  field: string;
  kind: FieldKind;
  value: string;
  documents: ClearanceWish["documents"];
  overwrite: boolean;
};

const whole = /^-?\d+$/;

/** The value of that kind; what doesn't fit stays text, and the schema says what is expected. */
function typedValue({ kind, value }: Pick<WishTexts, "kind" | "value">): string | number | boolean {
  const text = value.trim();
  if (kind === "keyword") return value;
  if (kind === "boolean") return text === "true" ? true : text === "false" ? false : value;
  if (kind === "double") return text !== "" && Number.isFinite(Number(text)) ? Number(text) : value;
  return whole.test(text) ? Number(text) : value;
}

export type ParsedWish =
  | { ok: true; wish: Pick<ClearanceWish, "field" | "kind" | "value" | "documents" | "overwrite"> }
  | { ok: false; wrong: Partial<Record<"field" | "value", string>> };

/** What the form asks for, or what is wrong in it. */
export function parseWish(texts: WishTexts): ParsedWish {
  const { field, kind, documents } = texts;
  const overwrite = documents === "every" && texts.overwrite;
  const parsed = clearanceWishSchema.safeParse({
    field: field.trim(),
    kind,
    value: typedValue(texts),
    documents,
    overwrite,
  });
  if (parsed.success) {
    const { field, kind, value, documents, overwrite } = parsed.data;
    return { ok: true, wish: { field, kind, value, documents, overwrite } };
  }
  const wrong: Partial<Record<"field" | "value", string>> = {};
  for (const { path, message } of parsed.error.issues) {
    const name = path[0] === "field" ? "field" : "value";
    wrong[name] ??= message;
  }
  return { ok: false, wrong };
}
