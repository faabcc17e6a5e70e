"use client";

import { useState } from "react";
import { Field, Input } from "@/components/ui/field";
import { countWords, moneyWords } from "@/components/words/figures";
import type { GivenCeilings } from "@/lib/shapes/runs/ceilings";

const fields = [
  { name: "maxUsd", label: "US dollars", mode: "decimal", pattern: /^\d+(\.\d+)?$/, expects: "A number, like 2.50" },
  { name: "maxTexts", label: "Texts", mode: "numeric", pattern: /^\d+$/, expects: "A whole number" },
  { name: "maxRecords", label: "Records", mode: "numeric", pattern: /^\d+$/, expects: "A whole number" },
  {
    name: "maxEgress",
    label: "GB of egress",
    mode: "decimal",
    pattern: /^\d+(\.\d+)?$/,
    expects: "A number, like 2.5",
  },
] as const;
type Name = (typeof fields)[number]["name"];
type Entered = Record<Name, string>;
const largest = 1_000_000_000;

function isWrong(text: string, pattern: RegExp): boolean {
  return text.trim() !== "" && !(pattern.test(text.trim()) && Number(text) <= largest);
}

/** What the run comes to by its estimate: a ceiling below it would be refused. */
export type Estimated = Partial<Record<Name, number>>;

/** Why what is entered can't be a ceiling, or `undefined`. */
function wrongWords(text: string, { name, pattern, expects }: (typeof fields)[number], estimated: Estimated) {
  if (isWrong(text, pattern)) return expects;
  const least = estimated[name];
  if (text.trim() === "" || least === undefined || Number(text) >= least) return undefined;
  return `Below the estimate of ${name === "maxUsd" ? moneyWords(least) : countWords(least)}`;
}

/** What is entered as ceilings of a run that is about to start: `given` goes with the start, while `usable`. */
export function useCeilings(estimated: Estimated = {}) {
  const [entered, setEntered] = useState<Entered>({ maxUsd: "", maxTexts: "", maxRecords: "", maxEgress: "" });
  const given: GivenCeilings = {};
  for (const { name } of fields) if (entered[name].trim() !== "") given[name] = Number(entered[name]);
  const wrong = (field: (typeof fields)[number]) => wrongWords(entered[field.name], field, estimated);
  const usable = fields.every((field) => wrong(field) === undefined);
  return { entered, setEntered, given, wrong, usable };
}

/** How far the run may go before it pauses, all optional. `standing` says what holds where a field is left empty. */
export function CeilingFields({
  ceilings: { entered, setEntered, wrong },
  standing = {},
  copies = false,
}: {
  ceilings: ReturnType<typeof useCeilings>;
  standing?: Partial<Record<Name, string>>;
  /** Vectors are copied: there are no texts to bound. */
  copies?: boolean;
}) {
  return (
    <fieldset className="mt-4">
      <legend className="text-sm font-medium text-ink">Ceilings (optional)</legend>
      <p className="text-xs text-quiet">The run pauses when it reaches one. You can raise it and resume.</p>
      <div className="mt-2 grid grid-cols-2 gap-3 sm:grid-cols-4">
        {fields
          .filter(({ name }) => !(copies && name === "maxTexts"))
          .map((field) => (
            <Field
              key={field.name}
              label={field.label}
              hint={`Empty: ${standing[field.name] ?? "as configured"}`}
              wrong={wrong(field)}
            >
              {(props) => (
                <Input
                  {...props}
                  inputMode={field.mode}
                  value={entered[field.name]}
                  onChange={(event) => setEntered({ ...entered, [field.name]: event.target.value })}
                />
              )}
            </Field>
          ))}
      </div>
    </fieldset>
  );
}
