"use client";

import { type ChangeEvent, type DragEvent, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { Notice } from "@/components/ui/states";
import { bytesWords, countWords } from "@/components/words/figures";
import { droppedFiles } from "@/lib/shapes/routes/dropped-files";
import { chosenFiles, droppedEntries, type NamedFile } from "./dropped-entries";

/** Where files are dropped or chosen. What is too much is refused here, before anything is sent. */
export function DropFiles({ busy, onFiles }: { busy: boolean; onFiles(files: NamedFile[]): void }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const chooseFolder = (input: HTMLInputElement | null) => {
    folder.current = input;
    if (input) input.webkitdirectory = true;
  };
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const take = (given: NamedFile[]) => {
    const words = tooMuch(given);
    setRefused(words);
    if (words === null && given.length > 0) onFiles(given);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!busy)
      droppedEntries(event.dataTransfer, droppedFiles.files).then(take, () =>
        setRefused("What was dropped can't be read."),
      );
  };
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = chosenFiles(event.target.files);
    // The same files may be chosen again.
    event.target.value = "";
    take(chosen);
  };
  return (
    <section aria-label="Files from this computer" className="mb-5 grid max-w-180 gap-2">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a way beside the buttons, which anybody can reach */}
      <div
        className={cx(
          "flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md border border-dashed px-4 py-3",
          over ? "border-accent bg-sunken" : "border-control bg-surface",
        )}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <p className="min-w-0 flex-1 basis-72 text-sm text-quiet">
          {`Or drop files or a folder here: up to ${bytesWords(droppedFiles.bytes)}, what belongs together at a time, as index.faiss with index.pkl. They are read, never executed, and removed again.`}
        </p>
        <Button busy={busy} onClick={() => files.current?.click()}>
          {busy ? "Reading files" : "Choose files"}
        </Button>
        <Button disabled={busy} onClick={() => folder.current?.click()}>
          Choose folder
        </Button>
        <input ref={files} type="file" multiple hidden aria-label="Files" onChange={choose} />
        <input ref={chooseFolder} type="file" hidden aria-label="Folder" onChange={choose} />
      </div>
      {refused !== null && <Notice level="error">{refused}</Notice>}
    </section>
  );
}

function tooMuch(files: readonly NamedFile[]): string | null {
  const elsewhere = "Put them below one of PORTAGE_FOLDERS and name their path instead. Nothing was sent.";
  if (files.length > droppedFiles.files)
    return `There are more than ${countWords(droppedFiles.files)} files. ${elsewhere}`;
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  if (bytes <= droppedFiles.bytes) return null;
  return `The files have ${bytesWords(bytes)}, and ${bytesWords(droppedFiles.bytes)} may be sent. ${elsewhere}`;
}
