"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { askCanary } from "@/app/actions/moving";
import { EmbedderSelect } from "@/components/connections/embedder-select";
import { useAct } from "@/components/data/act";
import { setsQuery } from "@/components/data/question-queries";
import { Button } from "@/components/ui/button";
import { Field, Select } from "@/components/ui/field";
import { Notice } from "@/components/ui/states";
import { countWords, manyWords } from "@/components/words/figures";
import { withoutCommands } from "@/components/words/problem";
import type { Canary } from "@/lib/shapes/cut-over/canary";

/** Asks again, now, what the route was checked by. */
export function WatchPanel({ name, isNext }: { name: string; isNext: boolean }) {
  const client = useQueryClient();
  const sets = useQuery(setsQuery()).data?.sets ?? [];
  const [set, setSet] = useState("");
  const [embedder, setEmbedder] = useState("");
  const asking = useAct(askCanary, () => void client.invalidateQueries());
  return (
    <div className="grid gap-3">
      {sets.length > 0 && (
        <Field label="Questions">
          {(props) => (
            <Select {...props} className="w-full" value={set} onChange={(event) => setSet(event.target.value)}>
              <option value="">The verdict's own</option>
              {sets.map((one) => (
                <option key={one.name} value={one.name}>
                  {`Set ${one.name}`}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {set !== "" && (
        <Field label="Source's embedder" hint="Texts of the set need the model that made the source's vectors.">
          {(props) => (
            <EmbedderSelect {...props} none="As when it was checked" value={embedder} onChoose={setEmbedder} />
          )}
        </Field>
      )}
      <div>
        <Button
          look={isNext ? "primary" : "plain"}
          busy={asking.isPending}
          onClick={() =>
            asking.mutate({
              route: name,
              ...(set !== "" && { set, ...(embedder !== "" && { sourceEmbedder: embedder }) }),
            })
          }
        >
          {asking.isPending ? "Asking both sides" : "Ask both sides now"}
        </Button>
        <p className="mt-1.5 text-xs text-quiet">
          At most 50 questions. Those of records cost nothing; texts are embedded once for each model.
        </p>
      </div>
      {asking.data && <Told canary={asking.data} />}
    </div>
  );
}

function Told({ canary: { state, words, reasons, figures } }: { canary: Canary }) {
  const { asked, overlap, found, p95 } = figures;
  const told = [
    manyWords(asked, "question"),
    ...(overlap === null ? [] : [`${(overlap * 100).toFixed(1)} % of hits in common`]),
    ...(found === null ? [] : [`${(found * 100).toFixed(1)} % found`]),
    ...(p95 === null ? [] : [`95 % within ${countWords(Math.round(p95))} ms`]),
  ].join(", ");
  return (
    <Notice level={state === "red" ? "error" : state === "green" ? "info" : "warn"}>
      <span className="font-medium">
        {state === "green"
          ? "As when it was checked"
          : state === "red"
            ? "Worse than when it was checked"
            : "Not known"}
      </span>
      {(reasons.length === 0 ? [words] : reasons.map((reason) => reason.words)).map((line) => (
        <p key={line}>{withoutCommands(line)}</p>
      ))}
      <p className="text-xs text-quiet">{told}</p>
    </Notice>
  );
}
