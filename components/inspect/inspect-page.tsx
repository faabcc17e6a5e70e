"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { parseAsString, useQueryStates } from "nuqs";
import { useState } from "react";
import type { Answers } from "@/components/data/answers";
import { sendFiles, withSearch } from "@/components/data/fetch-answer";
import { connectionsQuery, inspectionQuery } from "@/components/data/route-queries";
import { Button } from "@/components/ui/button";
import { Field, Input, Select } from "@/components/ui/field";
import { PageHead } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, Notice, ProblemNote } from "@/components/ui/states";
import { DropFiles } from "./drop-files";
import type { NamedFile } from "./dropped-entries";
import { InspectionView } from "./inspection-view";
import { MeasuredBy } from "./measured-by";

/** What stores of vectors a folder or a connection holds, before anything is moved. */
export function InspectPage() {
  const [{ path, connection, embedder }, setPlace] = useQueryStates({
    path: parseAsString,
    connection: parseAsString,
    embedder: parseAsString,
  });
  const place = path !== null ? { path } : connection !== null ? { connection } : null;
  const sent = useMutation({
    networkMode: "always",
    mutationFn: ({ files, measured }: { files: readonly NamedFile[]; measured: string | null }) =>
      sendFiles<Answers["inspection"]>(withSearch("/inspect/files", { embedder: measured }), formOf(files)),
  });
  const choose = (chosen: Partial<Record<"path" | "connection", string>>) =>
    void setPlace({ path: null, connection: null, ...chosen });
  return (
    <>
      <PageHead
        title="Inspect"
        note="What is there, read record by record. Nothing is written and nothing is executed."
      />
      <PlaceForm
        key={`${path ?? ""} ${connection ?? ""}`}
        path={path}
        connection={connection}
        onChoose={(chosen) => {
          sent.reset();
          choose(chosen);
        }}
      />
      <DropFiles
        busy={sent.isPending}
        onFiles={(files) => {
          choose({});
          sent.mutate({ files, measured: embedder });
        }}
      />
      <MeasuredBy
        embedder={embedder}
        onChoose={(chosen) => {
          void setPlace({ embedder: chosen });
          if (sent.variables) sent.mutate({ ...sent.variables, measured: chosen });
        }}
      />
      {sent.status !== "idle" ? (
        <Sent data={sent.data} error={sent.error} />
      ) : place === null ? (
        <Empty title="Nothing inspected yet">
          Name a folder of Chroma, FAISS, LangChain or LlamaIndex, a pickle, JSON lines, CSV or Parquet file below one
          of PORTAGE_FOLDERS, or choose a connection.
        </Empty>
      ) : (
        <Found key={JSON.stringify(place)} place={place} embedder={embedder} />
      )}
    </>
  );
}

/** By their names: form data keeps the slashes of a folder's. */
function formOf(files: readonly NamedFile[]): FormData {
  const form = new FormData();
  for (const { name, file } of files) form.append("file", file, name);
  return form;
}

function Sent({ data, error }: { data: Answers["inspection"] | undefined; error: Error | null }) {
  if (error) return <ProblemNote error={error} />;
  if (!data) return <Skeleton className="h-64 w-full rounded-md" />;
  return (
    <div className="grid gap-5">
      <Notice level="info">
        The files were removed again. To move what they hold, put them below one of PORTAGE_FOLDERS and name their path.
      </Notice>
      <InspectionView inspection={data} />
    </div>
  );
}

function Found({ place, embedder }: { place: Place; embedder: string | null }) {
  const { data, error, refetch, isFetching } = useQuery(inspectionQuery(place, embedder));
  if (error && !isFetching) return <ProblemNote error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton className="h-64 w-full rounded-md" />;
  return <InspectionView inspection={data} />;
}

type Place = { path: string } | { connection: string };

function PlaceForm({
  path,
  connection,
  onChoose,
}: {
  path: string | null;
  connection: string | null;
  onChoose(place: Place): void;
}) {
  const { data } = useQuery(connectionsQuery());
  const stores = data?.connections.filter(({ reads }) => reads) ?? [];
  const [from, setFrom] = useState(connection ?? "");
  const [typed, setTyped] = useState(path ?? "");
  const chosen = from === "" ? (typed.trim() === "" ? null : { path: typed.trim() }) : { connection: from };
  return (
    <form
      className="mb-5 grid max-w-180 items-end gap-3 sm:grid-cols-[14rem_1fr_auto]"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen) onChoose(chosen);
      }}
    >
      <Field label="Where">
        {(props) => (
          <Select {...props} className="w-full" value={from} onChange={(event) => setFrom(event.target.value)}>
            <option value="">Folder or file</option>
            {stores.map(({ name, service }) => (
              <option key={name} value={name}>
                {`${name} (${service})`}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {from === "" ? (
        <Field label="Path">
          {(props) => (
            <Input
              {...props}
              className="font-mono"
              placeholder="./chroma"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
      ) : (
        <p className="pb-1.5 text-sm text-quiet">The first 1,000 records of each collection are read.</p>
      )}
      <Button type="submit" look="primary" disabled={chosen === null}>
        Inspect
      </Button>
    </form>
  );
}
