"use client";

import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { countWords } from "@/components/words/figures";
import { clockWords } from "@/components/words/time";
import type { Pace } from "./pace";

/** Steps of the time axis: no label says the same second twice. */
const seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400];

/** Steps of the rate's axis: whole numbers, so that no label comes twice. */
const steps = [1, 2, 5]
  .flatMap((digit) => Array.from({ length: 7 }, (_, power) => digit * 10 ** power))
  .sort((a, b) => a - b);

function clockOf(second: number): string {
  return clockWords(new Date(second * 1000).toISOString());
}

/** A colour of the page as the canvas wants it: resolved for the theme in force. */
function resolved(host: HTMLElement, token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  host.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function draw(host: HTMLElement, height: number, data: uPlot.AlignedData): uPlot {
  const quiet = resolved(host, "--color-quiet");
  const line = resolved(host, "--color-line");
  const axis = {
    stroke: quiet,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    font: "11px Geist, sans-serif",
  };
  return new uPlot(
    {
      width: host.clientWidth,
      height,
      padding: [8, 28, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { size: 6 } },
      scales: { y: { range: (_plot, _low, high) => [0, Math.max(5, high * 1.1)] } },
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
          incrs: steps,
          values: (_plot, values) => values.map((value) => countWords(value)),
        },
      ],
      series: [
        {},
        { label: "Written", stroke: resolved(host, "--color-done-area"), width: 1.5, points: { show: false } },
      ],
    },
    data,
    host,
  );
}

/** The line itself; a gap where nothing ran. */
export function ThroughputPlot({ pace, words, height }: { pace: Pace; words: string; height: number }) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const data = useMemo<uPlot.AlignedData>(() => [[...pace.at], [...pace.written]], [pace]);
  const latest = useRef(data);

  useEffect(() => {
    latest.current = data;
    plot.current?.setData(data);
  }, [data]);

  useEffect(() => {
    const frame = host.current;
    if (!frame) return;
    const start = () => {
      plot.current?.destroy();
      plot.current = draw(frame, height, latest.current);
    };
    start();
    const sizes = new ResizeObserver(() => plot.current?.setSize({ width: frame.clientWidth, height }));
    sizes.observe(frame);
    const themes = new MutationObserver(start);
    themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", start);
    return () => {
      sizes.disconnect();
      themes.disconnect();
      system.removeEventListener("change", start);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [height]);

  // The canvas keeps the width that it had: it must not hold the page as wide when the window gets narrower.
  return <div ref={host} role="img" aria-label={words} style={{ height }} className="contain-inline-size" />;
}
