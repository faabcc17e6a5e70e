"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { estimateMigration } from "@/app/actions/migrating";
import { saveSeveral } from "@/app/actions/routes";
import { settled, useAct } from "@/components/data/act";
import { problemOf } from "@/components/data/problem";
import { collectionsQuery, severalQuery } from "@/components/data/route-queries";
import { definitionOf, type RouteTexts, textsOf } from "@/components/routes/route-fields";
import { FieldsLine, hasNamedFields, VectorsLine } from "@/components/routes/route-lines";
import { Button } from "@/components/ui/button";
import { Field, Input, Select } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, Notice, ProblemNote } from "@/components/ui/states";
import { manyWords } from "@/components/words/figures";
import type { Connection } from "@/lib/shapes/routes/route";
import { CollectionTable } from "./collection-table";
import { type Choice, severalInput } from "./several-input";

/** Both ends, the operator's table of names, and what becomes of records: looked at after each change, saved and planned in one step. */
export function SeveralForm({
  connections,
  from,
  onPlanned,
}: {
  connections: readonly Connection[];
  from: string | null;
  onPlanned(plans: readonly string[]): void;
}) {
  const client = useQueryClient();
  const [reads, writes] = [connections.filter((one) => one.reads), connections.filter((one) => one.writes)];
  const first = reads.find(({ name }) => name === from) ?? reads.find(({ fixed }) => !fixed) ?? reads[0];
  const [choice, setChoice] = useState<Choice>({
    source: first?.name ?? "",
    target: writes.find(({ name }) => name === "target")?.name ?? writes[0]?.name ?? "",
    into: null,
    name: "several",
    table: {},
  });
  const { register, getValues, watch } = useForm<RouteTexts>({ defaultValues: textsOf(null, null) });
  const [rules, setRules] = useState<object>(() => definitionOf(getValues()));
  const input = severalInput(choice, rules);
  const there = useQuery({ ...collectionsQuery(choice.source), enabled: choice.source !== "" });
  const looked = useQuery({ ...severalQuery(input), enabled: choice.source !== "" && choice.target !== "" });
  const [unplanned, setUnplanned] = useState<{ name: string; words: string }[]>([]);
  const saving = useAct(
    async (asked: object) => {
      const saved = await saveSeveral(asked);
      if (!saved.ok) return saved;
      const plans: string[] = [];
      const left: typeof unplanned = [];
      for (const { name } of saved.value.routes) {
        try {
          plans.push((await settled(estimateMigration({ route: name, all: true }))).plan.id);
        } catch (error) {
          left.push({ name, words: problemOf(error).what });
        }
      }
      return { ok: true as const, value: { plans, left } };
    },
    ({ plans, left }) => {
      void client.invalidateQueries({ queryKey: ["routes"] });
      setUnplanned(left);
      if (left.length === 0) onPlanned(plans);
    },
    "here",
  );
  const change = (some: Partial<Choice>) => {
    saving.reset();
    setUnplanned([]);
    setChoice((before) => ({ ...before, ...some }));
  };
  const takeRules = () => setRules(definitionOf(getValues()));
  const several = looked.data;
  const stops = several?.problems.length ?? 0;
  const count = several?.routes.length ?? 0;
  const fresh = several !== undefined && !looked.isPlaceholderData && looked.error === null;
  return (
    <form
      noValidate
      className="grid gap-6"
      onBlur={takeRules}
      onChange={({ target }) => {
        // A text counts once its field is left, a choice at once.
        if (target instanceof HTMLSelectElement) takeRules();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate(severalInput(choice, definitionOf(getValues())));
      }}
    >
      <fieldset className="grid max-w-180 gap-3 sm:grid-cols-2">
        <legend className="mb-2 text-sm font-semibold">From and to</legend>
        <Field label="Source">
          {(props) => (
            <Select
              {...props}
              className="w-full"
              value={choice.source}
              onChange={(event) => change({ source: event.target.value, table: {} })}
            >
              {reads.map(named)}
            </Select>
          )}
        </Field>
        <Field label="Target">
          {(props) => (
            <Select
              {...props}
              className="w-full"
              value={choice.target}
              onChange={(event) => change({ target: event.target.value, table: {} })}
            >
              {writes.map(named)}
            </Select>
          )}
        </Field>
        <Field label="Each collection goes">
          {(props) => (
            <Select
              {...props}
              className="w-full"
              value={choice.into === null ? "own" : "one"}
              onChange={(event) => change({ into: event.target.value === "own" ? null : "", table: {} })}
            >
              <option value="own">to a collection of its own</option>
              <option value="one">to a namespace of one collection</option>
            </Select>
          )}
        </Field>
        {choice.into !== null && (
          <Field label="Collection" hint="One that isn't there is made">
            {(props) => (
              <Input
                {...props}
                className="font-mono"
                defaultValue={choice.into ?? ""}
                onBlur={(event) => change({ into: event.target.value.trim() })}
              />
            )}
          </Field>
        )}
        <Field label="Name of the routes" hint="Each is called by it and by its collection">
          {(props) => (
            <Input
              {...props}
              defaultValue={choice.name}
              onBlur={(event) => change({ name: event.target.value.trim() })}
            />
          )}
        </Field>
      </fieldset>
      {there.error ? (
        <ProblemNote error={there.error} retry={() => void there.refetch()} />
      ) : there.data === undefined ? (
        <Skeleton className="h-40 w-full rounded-md" />
      ) : there.data.collections.length === 0 ? (
        <Empty title="The source holds no collections">Choose another one.</Empty>
      ) : (
        <CollectionTable
          collections={there.data.collections}
          several={several ?? null}
          table={choice.table}
          into={choice.into}
          onChange={(table) => change({ table })}
        />
      )}
      <div className="grid max-w-140 gap-5">
        <VectorsLine
          from={watch("vectors")}
          textFrom={watch("textFrom")}
          embedders={connections.filter(({ role }) => role === "embedder")}
          register={register}
          wrong={undefined}
        />
        <FieldsLine
          ids={watch("ids")}
          documents={hasNamedFields(writes, choice.target, watch(["vectorField", "sparseField", "textFields"]))}
          register={register}
          wrong={undefined}
        />
      </div>
      <div className="grid max-w-180 gap-3" aria-live="polite">
        {looked.error && <ProblemNote error={looked.error} retry={() => void looked.refetch()} />}
        {several?.problems.map((words) => (
          <Notice key={words} level="error">
            {words}
          </Notice>
        ))}
        {saving.error !== null && <ProblemNote error={saving.error} />}
        {unplanned.map(({ name, words }) => (
          <Notice key={name} level="warn">{`The route ${name} is saved, and couldn't be planned: ${words}`}</Notice>
        ))}
        {unplanned.length > 0 && saving.data && saving.data.plans.length > 0 && (
          <Button className="justify-self-start" onClick={() => onPlanned(saving.data.plans)}>
            {`Go on with the ${manyWords(saving.data.plans.length, "other plan")}`}
          </Button>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look="primary" busy={saving.isPending} disabled={count === 0 || (fresh && stops > 0)}>
          {count === 0 ? "Save routes and plan them" : `Save ${manyWords(count, "route")} and plan them`}
        </Button>
        <span className="text-sm text-quiet">
          {looked.isFetching
            ? "Looking at both ends of each."
            : "A plan writes nothing. It shows each record, and what it costs."}
        </span>
      </div>
    </form>
  );
}

const named = ({ name, service }: Connection) => (
  <option key={name} value={name}>
    {`${name} (${service})`}
  </option>
);
