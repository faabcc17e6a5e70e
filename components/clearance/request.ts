import type { ClearanceRequest } from "@/lib/shapes/documents/clearance";
import { misfit, misnamed } from "@/lib/shapes/documents/field-values";
import type { FieldKind } from "@/lib/shapes/names";

/** What stands in the form: text, until it is asked for. */
export type RequestTexts = {
  field: string;
  kind: FieldKind;
  value: string;
  documents: ClearanceRequest["documents"];
  overwrite: boolean;
  unindexed: boolean;
};

const whole = /^-?\d+$/;

/** The value of that kind; what doesn't fit stays text, and the form says what is expected. */
function typedValue({ kind, value }: Pick<RequestTexts, "kind" | "value">): string | number | boolean {
  const text = value.trim();
  if (kind === "keyword") return value;
  if (kind === "boolean") return text === "true" ? true : text === "false" ? false : value;
  if (kind === "double") return text !== "" && Number.isFinite(Number(text)) ? Number(text) : value;
  return whole.test(text) ? Number(text) : value;
}

export type ParsedRequest =
  | { ok: true; request: Pick<ClearanceRequest, "field" | "kind" | "value" | "documents" | "overwrite" | "unindexed"> }
  | { ok: false; wrong: Partial<Record<"field" | "value", string>> };

/** What the form asks for, or what is wrong in it. */
export function parseRequest(texts: RequestTexts): ParsedRequest {
  const { field, kind, documents, unindexed } = texts;
  const overwrite = documents === "every" && texts.overwrite;
  const name = field.trim();
  const value = typedValue(texts);
  const wrongName = misnamed(name);
  const expected = misfit(kind, value);
  if (wrongName === null && expected === null)
    return { ok: true, request: { field: name, kind, value, documents, overwrite, unindexed } };
  return {
    ok: false,
    wrong: {
      ...(wrongName === null ? {} : { field: wrongName }),
      ...(expected === null ? {} : { value: `Expects ${expected}` }),
    },
  };
}
