import { Field, Input, Select } from "@/components/ui/field";
import type { Coverage } from "@/lib/shapes/routes/fill";

/** `column: null`: rows of any value. */
export type Chosen = { column: string | null; value: string; force: boolean };

/** Which rows of the table are filled. */
export function RowFields({
  chosen,
  coverage,
  disabled,
  onChange,
}: {
  chosen: Chosen;
  coverage: Coverage | undefined;
  disabled: boolean;
  onChange(chosen: Chosen): void;
}) {
  const type = coverage?.columns.find(({ name }) => name === chosen.column)?.type;
  const cannot = coverage?.onlyMissing ?? null;
  return (
    <div className="grid gap-4">
      <fieldset className="grid gap-1.5" disabled={disabled}>
        <legend className="mb-1 text-sm font-medium text-ink">Rows</legend>
        <label className="flex items-baseline gap-2 text-sm">
          <input
            type="radio"
            name="rows"
            checked={!chosen.force}
            onChange={() => onChange({ ...chosen, force: false })}
          />
          <span>Without a vector, or with one of another model where the table notes models</span>
        </label>
        <label className="flex items-baseline gap-2 text-sm">
          <input
            type="radio"
            name="rows"
            checked={chosen.force}
            disabled={cannot !== null}
            onChange={() => onChange({ ...chosen, force: true })}
          />
          <span>All: those that have a vector get another</span>
        </label>
        {cannot !== null && <p className="max-w-[76ch] pl-6 text-xs text-quiet">{cannot}</p>}
      </fieldset>
      <div className="grid gap-x-6 gap-y-4 sm:grid-cols-[14rem_20rem]">
        <Field label="Only where" hint="A column of the table. Empty: any row">
          {(props) => (
            <Select
              {...props}
              className="w-full"
              disabled={disabled || coverage === undefined}
              value={chosen.column ?? ""}
              onChange={({ target }) =>
                onChange({ ...chosen, column: target.value === "" ? null : target.value, value: "" })
              }
            >
              <option value="">any row</option>
              {coverage?.columns.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {chosen.column !== null && (
          <Field label="is" hint={`A value of the type ${type ?? "of the column"}. Empty: rows without one`}>
            {(props) => (
              <Input
                {...props}
                disabled={disabled}
                value={chosen.value}
                onChange={({ target }) => onChange({ ...chosen, value: target.value })}
              />
            )}
          </Field>
        )}
      </div>
    </div>
  );
}
