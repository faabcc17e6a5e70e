"use client";

import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { SearchFigures } from "@/lib/shapes/cut-over/questions";

type Series = { label: string; token: string; dash?: number[] };
const series: readonly Series[] = [
  { label: "Source, median", token: "--color-quiet" },
  { label: "Source, 95 %", token: "--color-quiet", dash: [4, 4] },
  { label: "Target, median", token: "--color-accent" },
  { label: "Target, 95 %", token: "--color-accent", dash: [4, 4] },
];
const height = 180;

function resolved(host: HTMLElement, token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  host.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function draw(host: HTMLElement, data: uPlot.AlignedData): uPlot {
  const axis = {
    stroke: resolved(host, "--color-quiet"),
    grid: { stroke: resolved(host, "--color-line"), width: 1 },
    ticks: { show: false },
    font: "11px Geist, sans-serif",
  };
  return new uPlot(
    {
      width: host.clientWidth,
      height,
      padding: [8, 16, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { size: 6 } },
      scales: { y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.1)] } },
      axes: [
        { ...axis, grid: { show: false }, size: 28, space: 90 },
        { ...axis, size: 64, space: 30, values: (_plot, values) => values.map((value) => `${value} ms`) },
      ],
      series: [
        {},
        ...series.map(({ label, token, dash }) => ({
          ...{ label, stroke: resolved(host, token), width: 1.5, spanGaps: true, points: { show: true, size: 5 } },
          ...(dash && { dash }),
        })),
      ],
    },
    data,
    host,
  );
}

/** The median and what 95 % stayed below, of both sides, over time. */
export function LatencyPlot({ points, words }: { points: SearchFigures["points"]; words: string }) {
  const host = useRef<HTMLDivElement>(null);
  const data = useMemo<uPlot.AlignedData>(
    () => [
      points.map(({ at }) => Date.parse(at) / 1000),
      points.map(({ source }) => source?.p50 ?? null),
      points.map(({ source }) => source?.p95 ?? null),
      points.map(({ target }) => target?.p50 ?? null),
      points.map(({ target }) => target?.p95 ?? null),
    ],
    [points],
  );
  useEffect(() => {
    const frame = host.current;
    if (!frame) return;
    let plot = draw(frame, data);
    const again = () => {
      plot.destroy();
      plot = draw(frame, data);
    };
    const sizes = new ResizeObserver(() => plot.setSize({ width: frame.clientWidth, height }));
    sizes.observe(frame);
    const themes = new MutationObserver(again);
    themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", again);
    return () => {
      sizes.disconnect();
      themes.disconnect();
      system.removeEventListener("change", again);
      plot.destroy();
    };
  }, [data]);
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
      <div ref={host} role="img" aria-label={words} style={{ height }} className="contain-inline-size" />
    </>
  );
}
