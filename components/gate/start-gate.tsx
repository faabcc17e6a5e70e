"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { beginGate } from "@/app/actions/moving";
import { EmbedderSelect } from "@/components/connections/embedder-select";
import { useAct } from "@/components/data/act";
import { usePageRoute } from "@/components/data/page-route";
import { setsQuery } from "@/components/data/question-queries";
import { along } from "@/components/data/route-address";
import { useGo } from "@/components/data/use-go";
import { useRoutes } from "@/components/data/use-routes";
import { Button } from "@/components/ui/button";
import { Field, Input, Select } from "@/components/ui/field";
import { countWords, manyWords } from "@/components/words/figures";
import { GateCostLine } from "./gate-cost-line";

/** Starts a verdict; what it reads and embeds is said before. */
export function StartGate({ name }: { name: string }) {
  const go = useGo();
  const route = usePageRoute();
  const { own } = useRoutes();
  const copied = own?.definition.vectors.from === "source";
  const [queries, setQueries] = useState("");
  const sets = useQuery(setsQuery()).data?.sets ?? [];
  const [n, setN] = useState("200");
  const [threshold, setThreshold] = useState("0.9");
  const [embedder, setEmbedder] = useState("");
  const starting = useAct(beginGate, (gate) => go(`/gate/${gate.id}`));
  const asks = queries === "" ? (copied ? "documents" : "known-items") : queries;
  const set = sets.find(({ name: one }) => one === asks);
  const count = Number(n);
  const countWrong =
    Number.isInteger(count) && count >= 1 && count <= 10_000 ? undefined : "A whole number from 1 to 10,000.";
  const share = Number(threshold);
  const shareWrong = share >= 0.5 && share <= 1 ? undefined : "A number from 0.5 to 1.";
  const missing = asks === "known-items" && embedder === "";
  const input = {
    ...along(route),
    ...(set ? { set: set.name } : { queries: asks, n: count }),
    threshold: share,
    ...(embedder !== "" && { sourceEmbedder: embedder }),
  };
  const refused = countWrong !== undefined || shareWrong !== undefined || missing;
  return (
    <form
      className="grid gap-4 rounded-md border border-line bg-surface p-4"
      onSubmit={(event) => {
        event.preventDefault();
        starting.mutate(input);
      }}
    >
      <div className="grid items-start gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <Field
          label="Questions"
          hint={
            set
              ? `${manyWords(set.count, "question")}, ${countWords(set.expecting)} with what they should find.`
              : asks === "documents"
                ? "Records ask by their own vectors."
                : "Passages of documents have to find them."
          }
        >
          {(props) => (
            <Select {...props} className="w-full" value={asks} onChange={(event) => setQueries(event.target.value)}>
              <option value="documents">Documents</option>
              <option value="known-items">Known items</option>
              {sets.map(({ name: one }) => (
                <option key={one} value={one}>{`Set ${one}`}</option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="How many" hint="Fewer than 50 tell nothing for certain." wrong={countWrong}>
          {(props) => <Input {...props} inputMode="numeric" value={n} onChange={(event) => setN(event.target.value)} />}
        </Field>
        <Field label="Threshold" hint="What overlap and recall have to reach." wrong={shareWrong}>
          {(props) => (
            <Input
              {...props}
              inputMode="decimal"
              value={threshold}
              onChange={(event) => setThreshold(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="Source's embedder"
          hint={missing ? "Choose one: the source is asked by texts." : "The model that made the source's vectors."}
        >
          {(props) => <EmbedderSelect {...props} none="Not known" value={embedder} onChoose={setEmbedder} />}
        </Field>
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button type="submit" look="primary" busy={starting.isPending} disabled={refused}>
          {starting.isPending ? "Starting" : `Check ${name}`}
        </Button>
        <GateCostLine input={refused || own === undefined ? null : input} />
      </div>
    </form>
  );
}
