"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { startBackup } from "@/app/actions/migrating";
import { useAct } from "@/components/data/act";
import { usePageRoute } from "@/components/data/page-route";
import { configurationQuery, overviewQuery } from "@/components/data/queries";
import { refusedFields } from "@/components/data/refused-fields";
import { along } from "@/components/data/route-address";
import { useGo } from "@/components/data/use-go";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { Notice, ProblemNote } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { manyWords } from "@/components/words/figures";

const sides = ["source", "target"] as const;

/** Copies the source or the target of the page's route into a folder, after asking where to. */
export function BackUp({
  side: initially,
  namespaces = null,
  children,
}: {
  side: "source" | "target";
  /** `null`: all of them. */
  namespaces?: readonly string[] | null;
  children: string;
}) {
  const go = useGo();
  const client = useQueryClient();
  const route = usePageRoute();
  const [asking, setAsking] = useState(false);
  const [side, setSide] = useState(initially);
  const [folder, setFolder] = useState("");
  const configuration = useQuery({ ...configurationQuery(), enabled: asking });
  const { data: overview } = useQuery({ ...overviewQuery(route), enabled: asking });
  const roots = configuration.data?.settings.find(({ key }) => key === "PORTAGE_FOLDERS")?.value;
  const starting = useAct(
    startBackup,
    ({ run, folder: where, resumed }) => {
      // The folder's connection and route are made with its first backup.
      void client.invalidateQueries({ queryKey: ["routes"] });
      void client.invalidateQueries({ queryKey: ["connections"] });
      toast(resumed ? `Resumed the backup in ${where}.` : `Backing up to ${where}.`);
      go(`/runs/${run.id}`);
    },
    "here",
  );
  const refused = refusedFields<"folder">(starting.error, { "path-not-allowed": "folder" }, { folder: "folder" });
  useCommands([
    {
      id: "back-up",
      title: children,
      group: "This page",
      keys: "b",
      words: ["export", "parquet"],
      run: () => setAsking(true),
    },
  ]);
  const start = () =>
    starting.mutate({
      ...along(route),
      ...(namespaces === null ? { all: true } : { namespaces: [...namespaces] }),
      side,
      ...(folder.trim() === "" ? {} : { folder: folder.trim() }),
    });
  return (
    <>
      <Button onClick={() => setAsking(true)}>{children}</Button>
      <Dialog
        open={asking}
        onOpenChange={(open) => {
          setAsking(open);
          if (!open) starting.reset();
        }}
        title={children}
        description={`Copies ${namespaces === null ? "all namespaces" : manyWords(namespaces.length, "namespace")} bit for bit into Parquet files. Nothing is embedded; source and target are only read.`}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button look="primary" disabled={roots === null} busy={starting.isPending} onClick={start}>
              {starting.isPending ? "Starting the backup" : `Back up ${side}`}
            </Button>
          </>
        }
      >
        {roots === null ? (
          <div className="mt-4">
            <Notice level="warn">
              Portage may write no folder here: PORTAGE_FOLDERS isn't set.{" "}
              <span className="text-quiet">Set it to a folder for backups and start Portage again.</span>
            </Notice>
          </div>
        ) : (
          <form
            className="mt-4 grid gap-4"
            onSubmit={(event) => {
              event.preventDefault();
              start();
            }}
          >
            <fieldset className="grid gap-1">
              <legend className="mb-1 text-sm font-medium">What</legend>
              {sides.map((one) => (
                <label key={one} className="flex min-w-0 items-center gap-2">
                  <input type="radio" name="side" checked={side === one} onChange={() => setSide(one)} />
                  {one === "source" ? "Source" : "Target"}{" "}
                  <span className="truncate font-mono text-[12.5px] text-quiet">{overview?.[one].index}</span>
                </label>
              ))}
            </fieldset>
            <Field
              label="Folder"
              hint={`Below ${roots ?? "the folders that Portage may use"}. Empty: a new one, named by index and time. In an earlier backup's folder, what is new is added.`}
              wrong={refused.folder}
            >
              {(props) => (
                <Input
                  {...props}
                  className="font-mono"
                  value={folder}
                  onChange={(event) => {
                    setFolder(event.target.value);
                    starting.reset();
                  }}
                />
              )}
            </Field>
            {starting.error !== null && <ProblemNote error={starting.error} />}
          </form>
        )}
      </Dialog>
    </>
  );
}
