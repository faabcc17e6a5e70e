"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { usePageRoute } from "@/components/data/page-route";
import { figuresQuery } from "@/components/data/question-queries";
import { Section } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { ProblemNote } from "@/components/ui/states";
import { manyWords } from "@/components/words/figures";

const LatencyPlot = dynamic(() => import("./latency-plot").then((module) => module.LatencyPlot), {
  ssr: false,
  // Its legend and the chart itself.
  loading: () => <Skeleton className="h-50 w-full" />,
});

// By UTC, so that every reader is told the same figures.
const everyWords = { hour: "an hour", day: "a day (UTC)" };

/** How long both sides took, as far back as history is kept. */
export function FiguresOverTime() {
  const { data, error } = useQuery(figuresQuery(usePageRoute()));
  if (error && !data) return <ProblemNote error={error} />;
  if (!data || data.points.length === 0) return null;
  const { points, every } = data;
  const last = points.at(-1);
  const ms = (value: number | undefined) => (value === undefined ? "not measured" : `${value.toFixed(1)} ms`);
  const words = `95 % of the last answers: source ${ms(last?.source?.p95)}, target ${ms(last?.target?.p95)}`;
  const asked = points.reduce((sum, { n }) => sum + n, 0);
  return (
    <Section
      title="Latency over 30 days"
      note={`${manyWords(asked, "question")}: one point for the searches of ${everyWords[every]}, in the middle of when they were asked, and one for each gate. ${words}`}
      className="mt-6"
    >
      <div className="rounded-md border border-line bg-surface p-3">
        <LatencyPlot points={points} words={words} />
      </div>
    </Section>
  );
}
