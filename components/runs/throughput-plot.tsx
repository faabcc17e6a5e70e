"use client";

import { useMemo } from "react";
import type uPlot from "uplot";
import { Plot, type PlotOptions } from "@/components/ui/plot";
import { countWords } from "@/components/words/figures";
import { clockWords } from "@/components/words/time";
import { aloneAt, axisEnd, type Pace, rateSteps } from "./pace";

/** Steps of the time axis: no label says the same second twice. */
const seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400];

function clockOf(second: number): string {
  return clockWords(new Date(second * 1000).toISOString());
}

const options: PlotOptions = (axis, colour) => ({
  padding: [8, 28, 0, 0],
  scales: { y: { range: (_plot, _low, high) => [0, axisEnd(high)] } },
  axes: [
    {
      ...axis,
      grid: { show: false },
      size: 28,
      incrs: seconds,
      space: 90,
      values: (_plot, values) => values.map(clockOf),
    },
    {
      ...axis,
      size: 52,
      space: 30,
      incrs: rateSteps,
      values: (_plot, values) => values.map((value) => countWords(value)),
    },
  ],
  series: [
    {},
    {
      label: "Written",
      stroke: colour("--color-done-area"),
      width: 1.5,
      points: {
        size: 5,
        fill: colour("--color-done-area"),
        show: true,
        filter: (plot, series) => aloneAt([...(plot.data[series] ?? [])]),
      },
    },
  ],
});

/** The line itself; a gap where nothing ran. */
export function ThroughputPlot({ pace, words, height }: { pace: Pace; words: string; height: number }) {
  const data = useMemo<uPlot.AlignedData>(() => [[...pace.at], [...pace.written]], [pace]);
  return <Plot data={data} words={words} height={height} options={options} />;
}
