"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { set } from "@/app/actions/schedules";
import { useAct } from "@/components/data/act";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import type { Schedule } from "@/lib/shapes/schedule";
import { nextTimes } from "./next-times";
import { inputOf, namesOf, type ScheduleTexts, textsOf } from "./schedule-fields";

/** When what is mirrored by itself, how far that may go, and who is told of the rest. */
export function ScheduleForm({
  initial,
  onSet,
  onCancel,
}: {
  /** The schedule that is changed: its choice of namespaces stays. */
  initial: Partial<Schedule> | null;
  onSet(schedule: Schedule, replaced: boolean): void;
  onCancel(): void;
}) {
  const client = useQueryClient();
  const setting = useAct(set, ({ schedule, replaced }) => {
    void client.invalidateQueries({ queryKey: ["schedules"] });
    onSet(schedule, replaced);
  });
  const { register, handleSubmit, formState, watch } = useForm<ScheduleTexts>({
    defaultValues: textsOf(initial),
    mode: "onTouched",
  });
  const { errors } = formState;
  const kept = initial?.id !== undefined;
  const named = watch("which") === "named";
  const [cron, timezone] = watch(["cron", "timezone"]);
  const next = nextTimes(cron.trim(), timezone.trim(), new Date());
  const unlimited = watch(["maxCreates", "maxUpdates", "maxUsd"]).every((text) => text.trim() === "");
  const whole = (text: string) => /^\s*\d{0,9}\s*$/.test(text) || "A whole number, or nothing";
  const money = (text: string) => /^\s*(\d+(\.\d+)?)?\s*$/.test(text) || "An amount such as 2.50, or nothing";
  return (
    <form
      noValidate
      onSubmit={handleSubmit((texts) => setting.mutate(inputOf(texts)))}
      className="grid max-w-140 gap-5"
    >
      {!kept && (
        <fieldset className="grid gap-2">
          <legend className="mb-1 text-sm font-medium">Namespaces</legend>
          <label className="flex items-center gap-2">
            <input type="radio" value="all" {...register("which")} /> All namespaces of the source, also those to come
          </label>
          <label className="flex items-center gap-2">
            <input type="radio" value="named" {...register("which")} /> These namespaces
          </label>
          {named && (
            <Field
              label="Names"
              hint="One a line; __default__ is the default namespace. The same choice has one schedule."
              wrong={errors.names?.message}
            >
              {(props) => (
                <textarea
                  {...props}
                  rows={4}
                  spellCheck={false}
                  className="w-full rounded-md border border-control bg-surface px-2.5 py-1.5 font-mono text-[12.5px] aria-invalid:border-problem-area"
                  {...register("names", {
                    validate: (text, all) => all.which === "all" || namesOf(text).length > 0 || "Name at least one",
                  })}
                />
              )}
            </Field>
          )}
        </fieldset>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="At (cron)"
          hint="Minute, hour, day of the month, month, day of the week"
          wrong={errors.cron?.message}
        >
          {(props) => (
            <Input
              {...props}
              className="font-mono"
              {...register("cron", {
                validate: (text) =>
                  nextTimes(text.trim(), "UTC", new Date()) !== null ||
                  "Five fields that come, such as 0 3 * * * for every night at 3:00",
              })}
            />
          )}
        </Field>
        <Field label="Time zone" hint="Such as Europe/Berlin" wrong={errors.timezone?.message}>
          {(props) => (
            <Input
              {...props}
              {...register("timezone", {
                validate: (text) =>
                  nextTimes("0 0 * * *", text.trim(), new Date()) !== null || "A time zone, such as UTC",
              })}
            />
          )}
        </Field>
      </div>
      <p aria-live="polite" className="figures -mt-2 min-h-5 text-sm text-quiet">
        {next && `Next: ${next.join(" · ")}`}
      </p>
      <fieldset>
        <legend className="text-sm font-medium">Apply by itself, at most</legend>
        <p className="mb-2 text-xs text-quiet">
          {unlimited
            ? "Without any limit, every plan waits for a review."
            : "A plan within all limits is applied; any other waits for a review."}
        </p>
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-3">
          <Field label="Creates" wrong={errors.maxCreates?.message}>
            {(props) => <Input {...props} inputMode="numeric" {...register("maxCreates", { validate: whole })} />}
          </Field>
          <Field label="Updates" wrong={errors.maxUpdates?.message}>
            {(props) => <Input {...props} inputMode="numeric" {...register("maxUpdates", { validate: whole })} />}
          </Field>
          <Field label="US dollars" wrong={errors.maxUsd?.message}>
            {(props) => <Input {...props} inputMode="decimal" {...register("maxUsd", { validate: money })} />}
          </Field>
        </div>
        <label className="mt-2 flex items-center gap-2">
          <input type="checkbox" {...register("allowProblems")} /> Also while some records can't be migrated
        </label>
      </fieldset>
      <Field
        label="Webhook"
        hint="Told when a plan waits for a review, and when a turn fails or is left out. Signed with PORTAGE_WEBHOOK_SECRET."
      >
        {(props) => <Input {...props} inputMode="url" placeholder="https://" {...register("webhook")} />}
      </Field>
      <div className="flex gap-2">
        <Button type="submit" look="primary" busy={setting.isPending}>
          {kept ? "Change schedule" : "Set schedule"}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}
