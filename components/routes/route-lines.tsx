"use client";

import type { UseFormRegister } from "react-hook-form";
import { Field, Input, Select } from "@/components/ui/field";
import type { Connection } from "@/lib/shapes/routes/route";
import type { RouteTexts } from "./route-fields";

type Line = { register: UseFormRegister<RouteTexts>; wrong: string | undefined };

const area =
  "w-full rounded-md border border-control bg-surface px-2.5 py-1.5 font-mono text-[12.5px] aria-invalid:border-problem-area";

/** Where a namespace's records go. */
export function NamespacesLine({ rule, register, wrong }: Line & { rule: RouteTexts["namespaces"] }) {
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-sm font-semibold">Namespaces</legend>
      <Field label="What becomes of them" wrong={wrong}>
        {(props) => (
          <Select {...props} className="w-full" {...register("namespaces")}>
            <option value="keep">Keep their names</option>
            <option value="into">Put all into one</option>
            <option value="pairs">Rename some</option>
          </Select>
        )}
      </Field>
      {rule === "into" && (
        <Field label="Namespace" hint="__default__ is the default namespace">
          {(props) => <Input {...props} className="font-mono" {...register("into")} />}
        </Field>
      )}
      {rule === "pairs" && (
        <Field label="Names" hint="One per line: old = new. Others keep theirs.">
          {(props) => <textarea {...props} rows={3} spellCheck={false} className={area} {...register("pairs")} />}
        </Field>
      )}
    </fieldset>
  );
}

/** Where vectors come from. */
export function VectorsLine({
  from,
  textFrom,
  embedders,
  register,
  wrong,
}: Line & { from: RouteTexts["vectors"]; textFrom: RouteTexts["textFrom"]; embedders: readonly Connection[] }) {
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-sm font-semibold">Vectors</legend>
      <Field label="Where they come from" wrong={wrong}>
        {(props) => (
          <Select {...props} className="w-full" {...register("vectors")}>
            <option value="text">Embed the text</option>
            <option value="source">Copy them from the source</option>
          </Select>
        )}
      </Field>
      {from === "text" && (
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="Embedder">
            {(props) => (
              <Select {...props} className="w-full" {...register("embedder")}>
                {embedders.map(({ name, service }) => (
                  <option key={name} value={name}>
                    {`${name} (${service})`}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Text">
            {(props) => (
              <Select {...props} className="w-full" {...register("textFrom")}>
                <option value="keys">Under a metadata key</option>
                <option value="template">From several keys together</option>
              </Select>
            )}
          </Field>
          {textFrom === "keys" ? (
            <Field
              label="Keys"
              hint="Separated by commas: the first that holds a text is embedded"
              className="sm:col-span-2"
            >
              {(props) => <Input {...props} className="font-mono" {...register("keys")} />}
            </Field>
          ) : (
            <Field label="Template" hint="{title} stands for the value of that key" className="sm:col-span-2">
              {(props) => (
                <textarea {...props} rows={3} spellCheck={false} className={area} {...register("template")} />
              )}
            </Field>
          )}
          <Field label="Text beyond the model's limit">
            {(props) => (
              <Select {...props} className="w-full" {...register("longText")}>
                <option value="truncate">Cut it, and say so</option>
                <option value="skip">Skip the record</option>
              </Select>
            )}
          </Field>
          <Field label="Updates">
            {(props) => (
              <Select {...props} className="w-full" {...register("updates")}>
                <option value="when-text-changed">Embed changed texts</option>
                <option value="always">Embed every update</option>
              </Select>
            )}
          </Field>
        </div>
      )}
    </fieldset>
  );
}

/** Whether the indexes of a target have named fields; what a route names already stays in sight, or it couldn't be taken away. */
export function hasNamedFields(
  connections: readonly Connection[],
  target: string,
  given: readonly [vector: string, sparse: string, texts: string],
): boolean {
  return (
    given.some((text) => text !== "") || connections.some(({ name, namedFields }) => name === target && namedFields)
  );
}

/** What becomes of metadata. */
export function FieldsLine({
  ids,
  documents,
  register,
  wrong,
}: Line & {
  ids: RouteTexts["ids"];
  /** Whether the target's indexes have named fields. */
  documents: boolean;
}) {
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-sm font-semibold">Fields</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Metadata that the target can't hold" wrong={wrong} className="sm:col-span-2">
          {(props) => (
            <Select {...props} className="w-full" {...register("nested")}>
              <option value="problem">Report the record as a problem</option>
              <option value="as-json-text">Write it as JSON text</option>
              <option value="flatten">Flatten it to keys with dots</option>
            </Select>
          )}
        </Field>
        <Field label="IDs">
          {(props) => (
            <Select {...props} className="w-full" {...register("ids")}>
              <option value="keep">Keep them</option>
              <option value="encode">Encode what the target refuses</option>
              <option value="prefix">Put a prefix before them</option>
              <option value="template">Make them from a template</option>
            </Select>
          )}
        </Field>
        {ids === "prefix" && (
          <Field label="Prefix">
            {(props) => <Input {...props} className="font-mono" {...register("idPrefix")} />}
          </Field>
        )}
        {ids === "template" && (
          <Field label="ID template" hint="{id}, {namespace} and keys of metadata">
            {(props) => <Input {...props} className="font-mono" {...register("idTemplate")} />}
          </Field>
        )}
        <Field label="Identical records" hint="Same text and metadata under several IDs">
          {(props) => (
            <Select {...props} className="w-full" {...register("duplicates")}>
              <option value="keep">Write every record</option>
              <option value="first-of-same-text">Write the first, and list the others</option>
            </Select>
          )}
        </Field>
        <Field
          label="Metadata keys"
          hint="One rule per line: rename a to b, drop a, set a = 1"
          className="sm:col-span-2"
        >
          {(props) => <textarea {...props} rows={2} spellCheck={false} className={area} {...register("fields")} />}
        </Field>
        <Field
          label="Store all metadata in"
          hint="A PostgreSQL table, as CONNECTION:TABLE. Empty: only with the vector"
        >
          {(props) => <Input {...props} className="font-mono" {...register("overflow")} />}
        </Field>
        <Field
          label="Keys kept with the vector"
          hint="Only with such a table, separated by commas. Empty: as many as fit"
        >
          {(props) => <Input {...props} className="font-mono" {...register("overflowKeep")} />}
        </Field>
        <label className="flex items-center gap-2 text-sm sm:col-span-2">
          <input type="checkbox" {...register("overflowStatus")} /> Keep collections_config and migration_status beside
          such a table, for other tools
        </label>
        {documents && (
          <>
            <Field label="Vector field" hint="Empty: as the connection is set. Final once the index is made">
              {(props) => <Input {...props} className="font-mono" {...register("vectorField")} />}
            </Field>
            <Field label="Sparse field" hint="Empty: as the connection is set">
              {(props) => <Input {...props} className="font-mono" {...register("sparseField")} />}
            </Field>
            <Field
              label="Full-text fields"
              hint="Metadata keys with full-text search: text(en, stemming), title. Empty: as the connection is set. none: no such field"
              className="sm:col-span-2"
            >
              {(props) => <Input {...props} className="font-mono" {...register("textFields")} />}
            </Field>
          </>
        )}
        <Field label="Keys owned by the target" hint="Never overwritten. Separated by commas">
          {(props) => <Input {...props} className="font-mono" {...register("owned")} />}
        </Field>
        <Field label="Clearance level" hint="Added to new records. Empty: none">
          {(props) => <Input {...props} inputMode="numeric" {...register("level")} />}
        </Field>
      </div>
    </fieldset>
  );
}
