"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { beginGate } from "@/app/actions/moving";
import { useAct } from "@/components/data/act";
import { usePageRoute } from "@/components/data/page-route";
import { along } from "@/components/data/route-address";
import { connectionsQuery } from "@/components/data/route-queries";
import { useGo } from "@/components/data/use-go";
import { useRoutes } from "@/components/data/use-routes";
import { Button } from "@/components/ui/button";
import { Field, Input, Select } from "@/components/ui/field";
import { manyWords } from "@/components/words/figures";

/** Starts a verdict; what it reads and embeds is said before. */
export function StartGate({ name }: { name: string }) {
  const go = useGo();
  const route = usePageRoute();
  const { own } = useRoutes();
  const { data } = useQuery(connectionsQuery());
  const embedders = data?.connections.filter(({ role }) => role === "embedder") ?? [];
  const copied = own?.definition.vectors.from === "source";
  const [queries, setQueries] = useState<"" | "documents" | "known-items">("");
  const [n, setN] = useState("200");
  const [threshold, setThreshold] = useState("0.9");
  const [embedder, setEmbedder] = useState("");
  const starting = useAct(beginGate, (gate) => go(`/gate/${gate.id}`));
  const asks = queries === "" ? (copied ? "documents" : "known-items") : queries;
  const count = Number(n);
  const countWrong =
    Number.isInteger(count) && count >= 1 && count <= 10_000 ? undefined : "A whole number from 1 to 10,000.";
  const share = Number(threshold);
  const shareWrong = share >= 0.5 && share <= 1 ? undefined : "A number from 0.5 to 1.";
  const missing = asks === "known-items" && embedder === "";
  return (
    <form
      className="grid gap-4 rounded-md border border-line bg-surface p-4"
      onSubmit={(event) => {
        event.preventDefault();
        starting.mutate({
          ...along(route),
          ...{ queries: asks, n: count, threshold: share },
          ...(embedder !== "" && { sourceEmbedder: embedder }),
        });
      }}
    >
      <div className="grid items-start gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <Field
          label="Questions"
          hint={asks === "documents" ? "Records ask by their own vectors." : "Passages of documents have to find them."}
        >
          {(props) => (
            <Select
              {...props}
              className="w-full"
              value={asks}
              onChange={(event) => setQueries(event.target.value === "documents" ? "documents" : "known-items")}
            >
              <option value="documents">Documents</option>
              <option value="known-items">Known items</option>
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
          hint="The model that made the source's vectors."
          wrong={missing ? "Needed to ask the source by texts." : undefined}
        >
          {(props) => (
            <Select
              {...props}
              className="w-full"
              value={embedder}
              onChange={(event) => setEmbedder(event.target.value)}
            >
              <option value="">Not known</option>
              {embedders.map(({ name: connection, service }) => (
                <option key={connection} value={connection}>
                  {`${connection} (${service})`}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button
          type="submit"
          look="primary"
          busy={starting.isPending}
          disabled={countWrong !== undefined || shareWrong !== undefined || missing}
        >
          {starting.isPending ? "Starting" : `Judge ${name}`}
        </Button>
        <p className="text-sm text-quiet">{costWords(asks, Number.isInteger(count) ? count : 0, copied)}</p>
      </div>
    </form>
  );
}

/** What it reads, asks and embeds. */
function costWords(asks: "documents" | "known-items", n: number, copied: boolean): string {
  const reads = `Each side is asked up to ${manyWords(n, "question")}, and every record of both sides is read once.`;
  const embeds =
    asks === "documents"
      ? copied
        ? "Nothing is embedded."
        : "20 texts are embedded, to see which model made the target's vectors."
      : `${manyWords(n, "short text")} ${n === 1 ? "is" : "are"} embedded for each model.`;
  return `${reads} ${embeds} Nothing is written.`;
}
