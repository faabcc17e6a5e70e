"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { set } from "@/app/actions/schedules";
import { useAct } from "@/components/data/act";
import { usePageRoute } from "@/components/data/page-route";
import { configurationQuery } from "@/components/data/queries";
import { refusedFields } from "@/components/data/refused-fields";
import { along, isOf } from "@/components/data/route-address";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { ProblemNote } from "@/components/ui/states";
import type { Schedule } from "@/lib/shapes/schedules/schedule";
import { nextTimes } from "./next-times";
import { inputOf, namesOf, type ScheduleTexts, textsOf } from "./schedule-fields";

/** Where on the form stands what the server refuses. */
const ofCode = {
  "unknown-namespace": "names",
  "no-namespaces": "names",
  "invalid-cron": "cron",
  "invalid-webhook": "webhook",
  "webhook-needs-secret": "webhook",
} as const;
const ofInput = {
  namespaces: "names",
  cron: "cron",
  timezone: "timezone",
  maxCreates: "maxCreates",
  maxUpdates: "maxUpdates",
  maxUsd: "maxUsd",
  maxEgress: "maxEgress",
  webhook: "webhook",
} as const;

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
  const page = usePageRoute();
  // A schedule stays on its route.
  const route = initial?.route?.name ?? page;
  const configuration = useQuery(configurationQuery());
  const secret = configuration.data?.settings.find(({ key }) => key === "PORTAGE_WEBHOOK_SECRET");
  const unsigned = secret !== undefined && secret.value === null;
  const setting = useAct(
    set,
    ({ schedule, replaced }) => {
      void client.invalidateQueries({ predicate: isOf("schedules") });
      onSet(schedule, replaced);
    },
    "here",
  );
  const { register, handleSubmit, formState, watch } = useForm<ScheduleTexts>({
    defaultValues: textsOf(initial),
    mode: "onTouched",
  });
  const { errors } = formState;
  // It stays at its field, and above the button, until what was refused is changed.
  const refused = refusedFields<keyof ScheduleTexts>(setting.error, ofCode, ofInput);
  const kept = initial?.id !== undefined;
  const named = watch("which") === "named";
  const [cron, timezone] = watch(["cron", "timezone"]);
  const next = nextTimes(cron.trim(), timezone.trim(), new Date());
  const unlimited = watch(["maxCreates", "maxUpdates", "maxUsd"]).every((text) => text.trim() === "");
  const whole = (text: string) => /^\s*\d{0,9}\s*$/.test(text) || "Enter a whole number or leave empty";
  const money = (text: string) => /^\s*(\d+(\.\d+)?)?\s*$/.test(text) || "An amount such as 2.50, or nothing";
  const amount = (text: string) => /^\s*(\d+(\.\d+)?)?\s*$/.test(text) || "A number such as 2.5, or nothing";
  return (
    <form
      noValidate
      onChange={() => setting.reset()}
      onSubmit={handleSubmit((texts) => setting.mutate({ ...inputOf(texts), ...along(route) }))}
      className="grid max-w-140 gap-5"
    >
      {!kept && (
        <fieldset className="grid gap-2">
          <legend className="mb-1 text-sm font-medium">Namespaces</legend>
          <label className="flex items-center gap-2">
            <input type="radio" value="all" {...register("which")} /> All source namespaces, including future ones
          </label>
          <label className="flex items-center gap-2">
            <input type="radio" value="named" {...register("which")} /> These namespaces
          </label>
          {named && (
            <Field
              label="Names"
              hint="One per line; __default__ is the default namespace. Saving replaces an existing schedule for the same namespaces."
              wrong={errors.names?.message ?? refused.names}
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
          wrong={errors.cron?.message ?? refused.cron}
        >
          {(props) => (
            <Input
              {...props}
              className="font-mono"
              {...register("cron", {
                validate: (text) =>
                  nextTimes(text.trim(), "UTC", new Date()) !== null ||
                  "Not a valid cron expression (five fields, e.g. 0 3 * * * for every night at 3:00)",
              })}
            />
          )}
        </Field>
        <Field label="Time zone" hint="Such as Europe/Berlin" wrong={errors.timezone?.message ?? refused.timezone}>
          {(props) => (
            <Input
              {...props}
              {...register("timezone", {
                validate: (text) => nextTimes("0 0 * * *", text.trim(), new Date()) !== null || "Unknown time zone",
              })}
            />
          )}
        </Field>
      </div>
      <p aria-live="polite" className="figures -mt-2 min-h-5 text-sm text-quiet">
        {next && `Next: ${next.join(" · ")}`}
      </p>
      <fieldset>
        <legend className="text-sm font-medium">Auto-apply up to</legend>
        <p className="mb-2 text-xs text-quiet">
          {unlimited
            ? "Without any limit, every plan needs review."
            : "A plan within all limits is applied; any other needs review."}
        </p>
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-3">
          <Field label="New records" wrong={errors.maxCreates?.message ?? refused.maxCreates}>
            {(props) => <Input {...props} inputMode="numeric" {...register("maxCreates", { validate: whole })} />}
          </Field>
          <Field label="Updated records" wrong={errors.maxUpdates?.message ?? refused.maxUpdates}>
            {(props) => <Input {...props} inputMode="numeric" {...register("maxUpdates", { validate: whole })} />}
          </Field>
          <Field label="Estimated cost (USD)" wrong={errors.maxUsd?.message ?? refused.maxUsd}>
            {(props) => <Input {...props} inputMode="decimal" {...register("maxUsd", { validate: money })} />}
          </Field>
        </div>
        <label className="mt-2 flex items-center gap-2">
          <input type="checkbox" {...register("allowProblems")} /> Auto-apply even if some records can't be migrated
        </label>
      </fieldset>
      <Field
        label="Pause at (GB of egress)"
        hint="What the vector stores answer and bill, of the analysis and of what is applied, each. Empty: as configured"
        wrong={errors.maxEgress?.message ?? refused.maxEgress}
      >
        {(props) => <Input {...props} inputMode="decimal" {...register("maxEgress", { validate: amount })} />}
      </Field>
      <Field
        label="Webhook"
        wrong={refused.webhook}
        hint={
          unsigned
            ? "Needs PORTAGE_WEBHOOK_SECRET (at least 16 characters), which isn't set: messages couldn't be signed. Set it and start Portage again."
            : "Told when a plan needs review, when a scheduled run fails or is skipped, and when all is well again. Signed with PORTAGE_WEBHOOK_SECRET."
        }
      >
        {(props) => (
          <Input {...props} inputMode="url" placeholder="https://" {...register("webhook")} disabled={unsigned} />
        )}
      </Field>
      {setting.error !== null && <ProblemNote error={setting.error} />}
      <div className="flex gap-2">
        <Button type="submit" look="primary" busy={setting.isPending}>
          {kept ? "Change schedule" : "Set schedule"}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}
