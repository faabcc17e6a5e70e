"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type UseFormRegister, useForm } from "react-hook-form";
import { change, preview, saveNew } from "@/app/actions/routes";
import { useAct } from "@/components/data/act";
import { problemOf } from "@/components/data/problem";
import { collectionsQuery, connectionsQuery } from "@/components/data/route-queries";
import { Button } from "@/components/ui/button";
import { Field, Input, Select } from "@/components/ui/field";
import { ProblemNote } from "@/components/ui/states";
import type { Connection, Route, RouteEnd } from "@/lib/shapes/routes/route";
import { definitionOf, type RouteTexts, textsOf } from "./route-fields";
import { FieldsLine, hasNamedFields, NamespacesLine, VectorsLine } from "./route-lines";
import { RoutePreviewView } from "./route-preview";

/** From, to, namespaces, vectors, fields: a route in five lines, and what it would do before it is saved. */
export function RouteForm({
  route,
  from,
  onSaved,
  onCancel,
}: {
  /** The route that is changed; `null` for a new one. */
  route: Route | null;
  /** What a new one leads from, where that is known. */
  from: RouteEnd | null;
  onSaved(route: Route): void;
  onCancel(): void;
}) {
  const client = useQueryClient();
  const connections = useQuery(connectionsQuery());
  const all = connections.data?.connections ?? [];
  const { register, handleSubmit, getValues, watch } = useForm<RouteTexts>({ defaultValues: textsOf(route, from) });
  const looking = useAct(preview, undefined, "here");
  const saving = useAct(
    route === null ? saveNew : change,
    (saved) => {
      void client.invalidateQueries({ queryKey: ["routes"] });
      void client.invalidateQueries({ queryKey: ["connections"] });
      onSaved(saved.route);
    },
    "here",
  );
  const look = () => looking.mutate({ definition: definitionOf(getValues()) });
  const save = () => {
    const texts = getValues();
    saving.mutate({ name: texts.name.trim(), definition: definitionOf(texts) });
    look();
  };
  const problem = saving.error === null ? null : problemOf(saving.error);
  const nameWrong =
    problem && (problem.what.startsWith("name isn't valid") || /^route-(exists|fixed)$/.test(problem.code))
      ? problem.what
      : undefined;
  const stops = new Map(
    looking.data?.conflicts.flatMap(({ line, level, words }) => (level === "stop" ? [[line, words] as const] : [])),
  );
  const documents = hasNamedFields(all, watch("targetConnection"), watch(["vectorField", "sparseField", "textFields"]));
  return (
    <form
      noValidate
      onChange={() => {
        saving.reset();
        looking.reset();
      }}
      onSubmit={handleSubmit(save)}
      className="grid max-w-140 gap-5"
    >
      {route === null && (
        <Field label="Name" hint="What links and --route call it" wrong={nameWrong}>
          {(props) => <Input {...props} {...register("name")} />}
        </Field>
      )}
      <EndLine
        label="From"
        side="source"
        connections={all.filter(({ reads }) => reads)}
        chosen={watch("sourceConnection")}
        register={register}
        wrong={stops.get("source")}
      />
      <EndLine
        label="To"
        side="target"
        connections={all.filter(({ writes }) => writes)}
        chosen={watch("targetConnection")}
        register={register}
        wrong={stops.get("target")}
      />
      <NamespacesLine rule={watch("namespaces")} register={register} wrong={stops.get("namespaces")} />
      <VectorsLine
        from={watch("vectors")}
        textFrom={watch("textFrom")}
        embedders={all.filter(({ role }) => role === "embedder")}
        register={register}
        wrong={stops.get("vectors")}
      />
      <FieldsLine ids={watch("ids")} documents={documents} register={register} wrong={stops.get("fields")} />
      {saving.error !== null && <ProblemNote error={saving.error} />}
      {looking.error !== null && saving.error === null && <ProblemNote error={looking.error} />}
      {looking.data && <RoutePreviewView preview={looking.data} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" busy={saving.isPending}>
          {route === null ? "Save route" : "Save changes"}
        </Button>
        <Button busy={looking.isPending} onClick={look}>
          Preview route
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

function EndLine({
  label,
  side,
  connections,
  chosen,
  register,
  wrong,
}: {
  label: string;
  side: "source" | "target";
  connections: readonly Connection[];
  chosen: string;
  register: UseFormRegister<RouteTexts>;
  wrong: string | undefined;
}) {
  const there = useQuery({ ...collectionsQuery(chosen), enabled: connections.some(({ name }) => name === chosen) });
  const known = `${side}-collections`;
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-sm font-semibold">{label}</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Connection">
          {(props) => (
            <Select {...props} className="w-full" {...register(`${side}Connection`)}>
              {connections.map(({ name, service }) => (
                <option key={name} value={name}>
                  {`${name} (${service})`}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field
          label="Collection"
          hint={
            there.isFetching
              ? "Looking at what is there"
              : side === "target"
                ? "One that isn't there can be created after saving"
                : undefined
          }
          wrong={wrong ?? (there.error ? problemOf(there.error).what : undefined)}
        >
          {(props) => (
            <>
              <Input {...props} list={known} className="font-mono" {...register(`${side}Collection`)} />
              <datalist id={known}>
                {there.data?.collections.map(({ name, sort, unfit }) => (
                  <option key={name} value={name} label={unfit ?? (sort && `${name}: ${sort}`)} />
                ))}
              </datalist>
            </>
          )}
        </Field>
      </div>
    </fieldset>
  );
}
