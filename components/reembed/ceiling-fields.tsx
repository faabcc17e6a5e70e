"use client";

import { useState } from "react";
import { Field, Input } from "@/components/ui/field";
import type { GivenCeilings } from "@/lib/shapes/ceilings";

const fields = [
  { name: "maxUsd", label: "US dollars", mode: "decimal", pattern: /^\d+(\.\d+)?$/, expects: "A number, like 2.50" },
  { name: "maxTexts", label: "Texts", mode: "numeric", pattern: /^\d+$/, expects: "A whole number" },
  { name: "maxRecords", label: "Records", mode: "numeric", pattern: /^\d+$/, expects: "A whole number" },
] as const;
type Name = (typeof fields)[number]["name"];
type Entered = Record<Name, string>;
const largest = 1_000_000_000;

function isWrong(text: string, pattern: RegExp): boolean {
  return text.trim() !== "" && !(pattern.test(text.trim()) && Number(text) <= largest);
}

/** What is entered as ceilings of a run that is about to start: `given` goes with the start, while `usable`. */
export function useCeilings() {
  const [entered, setEntered] = useState<Entered>({ maxUsd: "", maxTexts: "", maxRecords: "" });
  const given: GivenCeilings = {};
  for (const { name } of fields) if (entered[name].trim() !== "") given[name] = Number(entered[name]);
  const usable = fields.every(({ name, pattern }) => !isWrong(entered[name], pattern));
  return { entered, setEntered, given, usable };
}

/** How far the run may go before it pauses, all optional. `standing` says what holds where a field is left empty. */
export function CeilingFields({
  ceilings: { entered, setEntered },
  standing = {},
}: {
  ceilings: ReturnType<typeof useCeilings>;
  standing?: Partial<Record<Name, string>>;
}) {
  return (
    <fieldset className="mt-4">
      <legend className="text-sm font-medium text-ink">Ceilings (optional)</legend>
      <p className="text-xs text-quiet">The run pauses when it reaches one. You can raise it and resume.</p>
      <div className="mt-2 grid grid-cols-3 gap-3">
        {fields.map(({ name, label, mode, pattern, expects }) => (
          <Field
            key={name}
            label={label}
            hint={`Empty: ${standing[name] ?? "as configured"}`}
            wrong={isWrong(entered[name], pattern) ? expects : undefined}
          >
            {(props) => (
              <Input
                {...props}
                inputMode={mode}
                value={entered[name]}
                onChange={(event) => setEntered({ ...entered, [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
    </fieldset>
  );
}
