"use client";

import { type ChangeEvent, type FormEvent, useState } from "react";
import { refusedFields } from "@/components/data/refused-fields";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { Field, Input } from "@/components/ui/field";

export type PlanNumbers = { limit: number | null; batchSize: number | null };
type Texts = { limit: string; batchSize: string };

const expected: Record<keyof Texts, { most: number; words: string }> = {
  batchSize: { most: 100, words: "A whole number from 1 to 100" },
  limit: { most: 1e9, words: "A whole number above 0" },
};

function numberOf(text: string): number | null {
  return text.trim() === "" ? null : Number(text);
}

/** Why a field isn't what is expected there, if so; left empty, it is. */
function wrongIn(texts: Texts, field: keyof Texts): string | undefined {
  const value = texts[field].trim();
  const { most, words } = expected[field];
  const fits = value === "" || (/^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= most);
  return fits ? undefined : words;
}

const words = {
  migration: {
    button: "Estimate migration",
    dry: "A dry run: reads both indexes, embeds nothing, writes nothing.",
    first: "Select at least one namespace first.",
    limit: "Records per namespace",
  },
  filling: {
    button: "Estimate filling",
    dry: "A dry run: reads the table, embeds nothing, writes nothing.",
    first: "Available once the table was counted.",
    limit: "Rows per namespace",
  },
};

/** How much at a time and at most, and the button that estimates. Batch sizes follow the embedding service's limit. */
export function PlanForm({
  of = "migration",
  initial,
  copies = false,
  defaultBatch,
  ready,
  busy,
  estimated,
  refusal,
  onChange,
  onEstimate,
}: {
  of?: keyof typeof words;
  initial: PlanNumbers;
  /** Vectors are copied: no texts go to an embedding service. */
  copies?: boolean;
  defaultBatch: string;
  ready: boolean;
  busy: boolean;
  /** An estimate of this choice stands below: starting it comes first now. */
  estimated: boolean;
  /** Why the server refused what was asked for last. */
  refusal: unknown;
  /** The numbers are others than they were: what was estimated under them is void. */
  onChange(): void;
  onEstimate(numbers: PlanNumbers): void;
}) {
  const [texts, setTexts] = useState<Texts>({
    limit: initial.limit?.toString() ?? "",
    batchSize: initial.batchSize?.toString() ?? "",
  });
  // What is wrong is said once a field was left, or once the form was sent.
  const [left, setLeft] = useState<readonly (keyof Texts)[]>([]);
  const refused = refusedFields<keyof Texts>(refusal, {}, { limit: "limit", batchSize: "batchSize" });
  const submit = () => {
    setLeft(["limit", "batchSize"]);
    if (wrongIn(texts, "limit") || (!copies && wrongIn(texts, "batchSize"))) return;
    onEstimate({ limit: numberOf(texts.limit), batchSize: copies ? null : numberOf(texts.batchSize) });
  };
  useCommands([
    {
      id: "estimate",
      title: estimated ? "Estimate again" : words[of].button,
      group: "This page",
      keys: "e",
      words: ["dry run", "plan"],
      run: () => {
        if (ready && !busy) submit();
      },
    },
  ]);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    submit();
  };
  const wrong = (field: keyof Texts) => (left.includes(field) ? wrongIn(texts, field) : undefined) ?? refused[field];
  const bound = (field: keyof Texts) => ({
    name: field,
    value: texts[field],
    onBlur: () => setLeft((before) => [...before, field]),
    onChange: ({ target }: ChangeEvent<HTMLInputElement>) => {
      setTexts({ ...texts, [field]: target.value });
      onChange();
    },
  });
  return (
    <form
      noValidate
      onSubmit={onSubmit}
      className={cx(
        "grid gap-x-6 gap-y-4 sm:items-start",
        copies ? "sm:grid-cols-[12rem_auto]" : "sm:grid-cols-[12rem_12rem_auto]",
      )}
    >
      {!copies && (
        <Field
          label="Batch size"
          hint={`Texts in one request, 1 to 100. Empty: ${defaultBatch}`}
          wrong={wrong("batchSize")}
        >
          {(props) => <Input {...props} inputMode="numeric" placeholder={defaultBatch} {...bound("batchSize")} />}
        </Field>
      )}
      <Field label={words[of].limit} hint="At most. Empty: no limit" wrong={wrong("limit")}>
        {(props) => <Input {...props} inputMode="numeric" placeholder="no limit" {...bound("limit")} />}
      </Field>
      <div className="grid justify-items-start gap-1 sm:pt-6">
        <Button type="submit" look={estimated ? "plain" : "primary"} disabled={!ready} busy={busy}>
          {busy ? "Starting the estimate" : estimated ? "Estimate again" : words[of].button}
        </Button>
        <p className="text-xs text-quiet">{ready ? words[of].dry : words[of].first}</p>
      </div>
    </form>
  );
}
