"use client";

import { useForm } from "react-hook-form";
import { refusedFields } from "@/components/data/refused-fields";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";

export type PlanNumbers = { limit: number | null; batchSize: number | null };
type Texts = { limit: string; batchSize: string };

const whole = /^\d+$/;

function numberOf(text: string): number | null {
  return text.trim() === "" ? null : Number(text);
}

/** How much at a time and at most, and the button that estimates. Batch sizes follow the embedding service's limit. */
export function PlanForm({
  initial,
  defaultBatch,
  ready,
  busy,
  estimated,
  refusal,
  onChange,
  onEstimate,
}: {
  initial: PlanNumbers;
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
  const { register, handleSubmit, formState } = useForm<Texts>({
    defaultValues: { limit: initial.limit?.toString() ?? "", batchSize: initial.batchSize?.toString() ?? "" },
    mode: "onTouched",
  });
  const { errors } = formState;
  const refused = refusedFields<keyof Texts>(refusal, {}, { limit: "limit", batchSize: "batchSize" });
  const submit = handleSubmit(({ limit, batchSize }) =>
    onEstimate({ limit: numberOf(limit), batchSize: numberOf(batchSize) }),
  );
  useCommands([
    {
      id: "estimate",
      title: estimated ? "Estimate again" : "Estimate re-embedding",
      group: "This page",
      keys: "e",
      words: ["dry run", "plan"],
      run: () => {
        if (ready && !busy) void submit();
      },
    },
  ]);
  const check = (least: number, most: number, expects: string) => (text: string) => {
    const value = text.trim();
    return value === "" || (whole.test(value) && Number(value) >= least && Number(value) <= most) || expects;
  };
  return (
    <form noValidate onSubmit={submit} className="grid gap-x-6 gap-y-4 sm:grid-cols-[12rem_12rem_auto] sm:items-start">
      <Field
        label="Batch size"
        hint={`Texts in one request, 1 to 100. Empty: ${defaultBatch}`}
        wrong={errors.batchSize?.message ?? refused.batchSize}
      >
        {(props) => (
          <Input
            {...props}
            inputMode="numeric"
            placeholder={defaultBatch}
            {...register("batchSize", { validate: check(1, 100, "A whole number from 1 to 100"), onChange })}
          />
        )}
      </Field>
      <Field
        label="Records per namespace"
        hint="At most. Empty: no limit"
        wrong={errors.limit?.message ?? refused.limit}
      >
        {(props) => (
          <Input
            {...props}
            inputMode="numeric"
            placeholder="no limit"
            {...register("limit", { validate: check(1, 1e9, "A whole number above 0"), onChange })}
          />
        )}
      </Field>
      <div className="grid justify-items-start gap-1 sm:pt-6">
        <Button type="submit" look={estimated ? "plain" : "primary"} disabled={!ready} busy={busy}>
          {busy ? "Starting the estimate" : estimated ? "Estimate again" : "Estimate re-embedding"}
        </Button>
        <p className="text-xs text-quiet">
          {ready
            ? "A dry run: reads both indexes, embeds nothing, writes nothing."
            : "Choose at least one namespace first."}
        </p>
      </div>
    </form>
  );
}
