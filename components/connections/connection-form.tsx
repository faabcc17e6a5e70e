"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { add, update } from "@/app/actions/routes";
import { useAct } from "@/components/data/act";
import { problemOf } from "@/components/data/problem";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { ProblemNote } from "@/components/ui/states";
import type { ConnectionTest } from "@/lib/shapes/routes/connection-test";
import type { KindView } from "@/lib/shapes/routes/kind";
import type { Connection } from "@/lib/shapes/routes/route";
import { refusedSettings, SettingFields, type SettingTexts } from "./setting-fields";
import { TestOutcome } from "./test-outcome";

/** The name beside the settings: no setting of a kind is called so. */
const nameKey = "connection name";

function textsOf(kind: KindView, connection: Connection | null): SettingTexts {
  const kept = new Map(connection?.settings.map(({ key, value, secret }) => [key, secret ? "" : (value ?? "")]));
  const texts = kind.fields.map(({ key, fallback, type }) => [
    key,
    kept.get(key) ?? fallback ?? (type === "boolean" ? "false" : ""),
  ]);
  return { [nameKey]: connection?.name ?? "", ...Object.fromEntries(texts) };
}

/** A connection's settings: tested as they stand, and saved once they pass. */
export function ConnectionForm({
  kind,
  connection,
  onSaved,
  onCancel,
}: {
  kind: KindView;
  /** The connection that is changed; `null` for a new one. */
  connection: Connection | null;
  onSaved(name: string): void;
  onCancel(): void;
}) {
  const client = useQueryClient();
  const [test, setTest] = useState<ConnectionTest | null>(null);
  const { register, handleSubmit, getValues } = useForm<SettingTexts>({ defaultValues: textsOf(kind, connection) });
  const saving = useAct(
    connection === null ? add : update,
    (saved) => {
      setTest(saved.test);
      if (saved.connection === null) return;
      void client.invalidateQueries({ queryKey: ["connections"] });
      void client.invalidateQueries({ queryKey: ["connection-test", saved.connection.name] });
      onSaved(saved.connection.name);
    },
    "here",
  );
  const save = (how: { testOnly?: true; untested?: true }) => {
    setTest(null);
    const { [nameKey]: name = "", ...texts } = getValues();
    // What was emptied of a connection that is changed is taken away; a secret that is empty stays as it is.
    const settings = Object.fromEntries(
      kind.fields.map(({ key, secret }) => [
        key,
        texts[key] === "" && !secret && connection ? null : (texts[key] ?? ""),
      ]),
    );
    saving.mutate({ name: name.trim(), settings, ...(connection ? {} : { kind: kind.kind }), ...how });
  };
  const problem = saving.error === null ? null : problemOf(saving.error);
  const failed = test && !test.ok ? { code: test.code, what: test.words } : null;
  const wrong = refusedSettings(kind.fields, problem ?? failed);
  const nameWrong =
    problem && (problem.what.startsWith("name isn't valid") || /^connection-(exists|fixed)$/.test(problem.code))
      ? problem.what
      : undefined;
  const kept = Object.fromEntries(
    (connection?.settings ?? []).flatMap(({ key, value, secret }) => (secret && value !== null ? [[key, value]] : [])),
  );
  return (
    <form
      noValidate
      onChange={() => {
        saving.reset();
        setTest(null);
      }}
      onSubmit={handleSubmit(() => save({}))}
      className="grid max-w-140 gap-4"
    >
      {connection === null && (
        <Field label="Name" hint="What routes and the command line call it: production, old-index" wrong={nameWrong}>
          {(props) => <Input {...props} {...register(nameKey)} />}
        </Field>
      )}
      <SettingFields fields={kind.fields} register={register} wrong={wrong} kept={kept} />
      {saving.error !== null && <ProblemNote error={saving.error} />}
      {test && <TestOutcome test={test} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" busy={saving.isPending}>
          {connection === null ? "Test and save connection" : "Test and save changes"}
        </Button>
        <Button busy={saving.isPending} onClick={() => save({ testOnly: true })}>
          Test only
        </Button>
        {(problem !== null || failed) && (
          <Button look="quiet" busy={saving.isPending} onClick={() => save({ untested: true })}>
            Save untested
          </Button>
        )}
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
