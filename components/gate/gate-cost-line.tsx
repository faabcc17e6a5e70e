"use client";

import { useQuery } from "@tanstack/react-query";
import { priceGate } from "@/app/actions/moving";
import { settled } from "@/components/data/act";
import { problemOf } from "@/components/data/problem";
import { useDebounced } from "@/components/ui/debounced";
import { aboutMoneyWords, bytesWords, countWords, durationWords, manyWords } from "@/components/words/figures";
import { withoutCommands } from "@/components/words/problem";

/** What a gate is going to cost and take, while it is still being chosen. `null`: it can't be started as it stands. */
export function GateCostLine({ input }: { input: object | null }) {
  const asked = useDebounced(JSON.stringify(input), 400);
  const { data, error, isFetching } = useQuery({
    queryKey: ["gate-cost", asked],
    queryFn: () => settled(priceGate(JSON.parse(asked))),
    enabled: asked !== "null",
    retry: false,
    staleTime: 30_000,
  });
  const look = "min-w-0 flex-1 basis-80 text-sm text-quiet";
  if (asked === "null") return null;
  if (error) return <p className={look}>What it costs can't be told: {problemOf(error).what}</p>;
  if (!data) return <p className={look}>{isFetching ? "Estimating what it costs." : ""}</p>;
  const { asked: put, records, texts, usd, seconds, readUnits, egressBytes, basis } = data.cost;
  if (put.source + put.target + seconds === 0)
    return <p className={look}>Nothing can be asked: {withoutCommands(basis)}</p>;
  return (
    <p className={look} title={basis}>
      <span className="font-medium text-ink">
        Takes {aboutMoneyWords(usd.total)} and {durationWords(seconds)}
      </span>
      : {manyWords(records.source, "record")} of the source and {countWords(records.target)} of the target are read (
      {countWords(readUnits.source + readUnits.target)} read units, {bytesWords(egressBytes)} of egress),{" "}
      {texts === 0 ? "nothing is embedded" : `${manyWords(texts, "text")} embedded`}. Nothing is written.
    </p>
  );
}
