"use client";

import { useMemo } from "react";
import { Plot, type PlotOptions } from "@/components/ui/plot";
import { axisWords, daysOf } from "@/components/words/time";
import type { SearchFigures } from "@/lib/shapes/cut-over/questions";
import { latencyLines } from "./latency-points";

type Series = { label: string; token: string; dash?: number[] };
const series: readonly Series[] = [
  { label: "Source, median", token: "--color-quiet" },
  { label: "Source, 95 %", token: "--color-quiet", dash: [4, 4] },
  { label: "Target, median", token: "--color-accent" },
  { label: "Target, 95 %", token: "--color-accent", dash: [4, 4] },
];
const height = 180;

const options: PlotOptions = (axis, colour) => ({
  padding: [8, 40, 0, 0],
  scales: {
    x: { range: ({ data: [moments] }, first, last) => daysOf(moments, [first, last]) },
    y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.1)] },
  },
  axes: [
    { ...axis, grid: { show: false }, size: 28, space: 100, values: (_plot, values) => axisWords(values) },
    { ...axis, size: 64, space: 30, values: (_plot, values) => values.map((value) => `${value} ms`) },
  ],
  series: [
    {},
    ...series.map(({ label, token, dash }) => ({
      ...{ label, stroke: colour(token), width: 1.5, spanGaps: true, points: { show: true, size: 5 } },
      ...(dash && { dash }),
    })),
  ],
});

/** The median and what 95 % stayed below, of both sides, over time. */
export function LatencyPlot({ points, words }: { points: SearchFigures["points"]; words: string }) {
  const data = useMemo(() => latencyLines(points), [points]);
  return (
    <>
      <p aria-hidden className="mb-1 flex flex-wrap gap-x-4 text-xs text-quiet">
        {series.map(({ label, dash }) => (
          <span key={label} className="inline-flex items-center gap-1.5">
            <span
              className={`inline-block w-5 border-t-2 ${dash ? "border-dashed" : ""} ${label.startsWith("Target") ? "border-accent" : "border-quiet"}`}
            />
            {label}
          </span>
        ))}
      </p>
      <Plot data={data} words={words} height={height} options={options} />
    </>
  );
}
