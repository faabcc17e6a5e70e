import { Field, Input, Select } from "@/components/ui/field";
import { manyWords } from "@/components/words/figures";
import type { FieldKind } from "@/lib/shapes/documents/clearance";
import { fieldKinds } from "@/lib/shapes/names";
import type { RequestTexts } from "./request";

const kindTitles: Record<FieldKind, string> = {
  integer: "integer: a whole number",
  long: "long: a large whole number",
  double: "double: a number",
  keyword: "keyword: a text",
  boolean: "boolean: true or false",
};

type Props = {
  texts: RequestTexts;
  wrong: Partial<Record<"field" | "value", string>>;
  disabled: boolean;
  /** Documents with a value that the index ignored; `null` where that isn't counted yet. */
  ignored: number | null;
  onChange(change: Partial<RequestTexts>): void;
};

/** What the box is about, with the number of it that counts tell: searches can't tell an empty value from none. */
function unindexedWords(ignored: number | null): string {
  if (ignored === null) return "Malformed or empty values, which count as no level.";
  const here =
    ignored === 0 ? "No document here holds" : `${manyWords(ignored, "document")} here hold${ignored === 1 ? "s" : ""}`;
  return `${here} a value that was ignored as malformed. Empty values count as no level, too; the preview counts them.`;
}

/** The level, the documents that are meant, and whether other levels may be replaced: not unless it is asked for. */
export function RequestFields({ texts, wrong, disabled, ignored, onChange }: Props) {
  return (
    <div className="grid max-w-140 gap-4">
      <Field label="Level" hint="Level to set (default: CLEARANCE_LEVEL)." wrong={wrong.value}>
        {(props) =>
          texts.kind === "boolean" ? (
            <Select
              {...props}
              className="w-40"
              disabled={disabled}
              value={texts.value}
              onChange={(event) => onChange({ value: event.target.value })}
            >
              <option value="true">true</option>
              <option value="false">false</option>
            </Select>
          ) : (
            <Input
              {...props}
              className="max-w-40"
              disabled={disabled}
              inputMode={texts.kind === "keyword" ? "text" : "numeric"}
              value={texts.value}
              onChange={(event) => onChange({ value: event.target.value })}
            />
          )
        }
      </Field>
      <fieldset className="grid gap-1.5" disabled={disabled}>
        <legend className="mb-1 text-sm font-medium">Documents</legend>
        <Option
          name="documents"
          type="radio"
          checked={texts.documents === "missing"}
          onChange={() => onChange({ documents: "missing", overwrite: false })}
          label="Only those without a level"
          note="Existing levels are kept."
        />
        <Option
          name="documents"
          type="radio"
          checked={texts.documents === "every"}
          onChange={() => onChange({ documents: "every" })}
          label="Every document"
          note="Applies to all documents, including those with a level. Other levels are kept unless overwriting is on."
        />
        {texts.documents === "every" && (
          <div className="pl-6">
            <Option
              type="checkbox"
              checked={texts.overwrite}
              onChange={(overwrite) => onChange({ overwrite })}
              label="Overwrite other levels"
              note="These levels may be intentional. Off unless you turn it on."
            />
          </div>
        )}
        <Option
          type="checkbox"
          checked={texts.unindexed}
          onChange={(unindexed) => onChange({ unindexed })}
          label="Also overwrite values that searches don't find"
          note={`${unindexedWords(ignored)} Without this the plan lists them as problems, with their number.`}
        />
      </fieldset>
      <details>
        <summary className="w-fit rounded-sm text-sm text-quiet hover:text-ink">Another field or kind of value</summary>
        <div className="mt-3 grid gap-4 sm:grid-cols-2">
          <Field label="Field" hint="Objects by dots: access.level" wrong={wrong.field}>
            {(props) => (
              <Input
                {...props}
                className="font-mono"
                disabled={disabled}
                value={texts.field}
                onChange={(event) => onChange({ field: event.target.value })}
              />
            )}
          </Field>
          <Field label="Kind of value" hint="What the mapping has, or gets">
            {(props) => (
              <Select
                {...props}
                disabled={disabled}
                value={texts.kind}
                onChange={(event) => {
                  const kind = fieldKinds.find((each) => each === event.target.value);
                  if (kind) onChange({ kind, ...(kind === "boolean" ? { value: "true" } : {}) });
                }}
              >
                {fieldKinds.map((kind) => (
                  <option key={kind} value={kind}>
                    {kindTitles[kind]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
      </details>
    </div>
  );
}

type OptionProps = {
  type: "radio" | "checkbox";
  name?: string;
  checked: boolean;
  onChange(checked: boolean): void;
  label: string;
  note: string;
};

function Option({ type, name, checked, onChange, label, note }: OptionProps) {
  return (
    <label className="flex items-start gap-2.5 text-sm">
      <input
        type={type}
        {...(name ? { name } : {})}
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-0.75 size-3.5 shrink-0 accent-accent-fill"
      />
      <span>
        {label}
        <span className="block text-xs text-quiet">{note}</span>
      </span>
    </label>
  );
}
