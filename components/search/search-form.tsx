"use client";

import { useState } from "react";
import { EmbedderSelect } from "@/components/connections/embedder-select";
import { Button } from "@/components/ui/button";
import { Field, Input, Select } from "@/components/ui/field";

export type Question = {
  by: "text" | "record";
  q: string;
  namespace: string;
  filter: string;
  k: number;
  embedder: string;
};

/** What is asked, where, and by which model of the source. */
export function SearchForm({
  asked,
  wrong,
  busy,
  onSearch,
}: {
  asked: Question;
  /** What is wrong with the filter. */
  wrong: string | undefined;
  busy: boolean;
  onSearch(question: Question): void;
}) {
  const [given, setGiven] = useState(asked);
  // Another question in the address, as by the browser's way back, is taken up; what stands here stays in place.
  const address = JSON.stringify(asked);
  const [taken, setTaken] = useState(address);
  if (address !== taken) {
    setTaken(address);
    setGiven(asked);
  }
  const set = (change: Partial<Question>) => setGiven((before) => ({ ...before, ...change }));
  return (
    <form
      className="mb-5 grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (given.q.trim() !== "") onSearch({ ...given, q: given.q.trim() });
      }}
    >
      <div className="grid items-start gap-3 sm:grid-cols-[9rem_1fr_auto]">
        <Field label="Ask by">
          {(props) => (
            <Select
              {...props}
              className="w-full"
              value={given.by}
              onChange={(event) => set({ by: event.target.value === "record" ? "record" : "text" })}
            >
              <option value="text">Text</option>
              <option value="record">Record</option>
            </Select>
          )}
        </Field>
        <Field label={given.by === "text" ? "Question" : "Record ID"}>
          {(props) => (
            <Input
              {...props}
              data-search
              className={given.by === "record" ? "font-mono" : ""}
              placeholder={given.by === "text" ? "How do I reset my password?" : "doc-12"}
              value={given.q}
              onChange={(event) => set({ q: event.target.value })}
            />
          )}
        </Field>
        <Button type="submit" look="primary" busy={busy} disabled={given.q.trim() === ""} className="sm:mt-6">
          {busy ? "Searching" : "Search both sides"}
        </Button>
      </div>
      <div className="grid items-start gap-3 sm:grid-cols-[1fr_1fr_6rem_14rem]">
        <Field label="Namespace" hint="As the source calls it; empty: the default one.">
          {(props) => (
            <Input {...props} value={given.namespace} onChange={(event) => set({ namespace: event.target.value })} />
          )}
        </Field>
        <Field label="Filter" hint={'By metadata, such as {"page": {"$gte": 2}}.'} wrong={wrong}>
          {(props) => (
            <Input
              {...props}
              className="font-mono"
              value={given.filter}
              onChange={(event) => set({ filter: event.target.value })}
            />
          )}
        </Field>
        <Field label="Hits">
          {(props) => (
            <Select
              {...props}
              className="w-full"
              value={given.k}
              onChange={(event) => set({ k: Number(event.target.value) })}
            >
              {[5, 10, 20, 50].map((k) => (
                <option key={k} value={k}>
                  {k}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {given.by === "text" && (
          <Field label="Source's embedder" hint="The model that made the source's vectors.">
            {(props) => (
              <EmbedderSelect
                {...props}
                none="Not known"
                value={given.embedder}
                onChoose={(embedder) => set({ embedder })}
              />
            )}
          </Field>
        )}
      </div>
    </form>
  );
}
