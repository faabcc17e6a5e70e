"use client";

import dynamic from "next/dynamic";
import { useMemo } from "react";
import { Section } from "@/components/ui/page-head";
import { countWords } from "@/components/words/figures";
import type { RunDetail } from "@/lib/shapes/runs/run";
import { breaksOf, paceOf } from "./pace";

const height = 140;
const Plot = dynamic(() => import("./throughput-plot").then((module) => module.ThroughputPlot), {
  ssr: false,
  loading: () => <div style={{ height }} />,
});

/** Records or documents written per second over the run's time; the words say the same without the picture. */
export function Throughput({ detail, over, noun }: { detail: RunDetail; over: boolean; noun: string }) {
  const { run, samples, timeline } = detail;
  const pace = useMemo(() => paceOf(samples, breaksOf(timeline)), [samples, timeline]);
  const enough = pace.at.length > 2;
  // The average that stands above, over the run's whole time: the samples know nothing of listing and reading back.
  const average = over ? `, average ${countWords(Math.round(run.rate.perSecond))}` : "";
  const words = `${noun === "document" ? "Documents" : "Records"} written per second: peak ${countWords(Math.round(pace.peak))}${average}.`;
  return (
    <Section title="Throughput" note={enough && words}>
      <div className="rounded-md border border-line bg-surface p-2">
        {enough ? (
          <Plot pace={pace} words={words} height={height} />
        ) : (
          <p className="grid place-items-center text-quiet" style={{ height }}>
            {over ? "Run too short to chart." : "Collecting data."}
          </p>
        )}
      </div>
    </Section>
  );
}
