"use client";

import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { Section } from "@/components/ui/page-head";
import { countWords } from "@/components/words/figures";
import { clockWords } from "@/components/words/time";
import type { Sample } from "@/lib/shapes/run";
import { paceOf } from "./pace";

const height = 140;
/** Steps of the time axis: no label says the same second twice. */
const seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400];

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

function draw(host: HTMLElement, data: uPlot.AlignedData): uPlot {
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
      scales: { y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.1)] } },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 28,
          incrs: seconds,
          space: 90,
          values: (_plot, values) => values.map(clockOf),
        },
        { ...axis, size: 52, values: (_plot, values) => values.map((value) => countWords(value)) },
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

/** Records or documents written a second over the run's time; the words say the same without the picture. */
export function Throughput({ samples, over, noun }: { samples: readonly Sample[]; over: boolean; noun: string }) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const pace = useMemo(() => paceOf(samples), [samples]);
  const data = useMemo<uPlot.AlignedData>(() => [[...pace.at], [...pace.written]], [pace]);
  const latest = useRef(data);
  const enough = pace.at.length > 2;

  useEffect(() => {
    latest.current = data;
    plot.current?.setData(data);
  }, [data]);

  useEffect(() => {
    const frame = host.current;
    if (!frame || !enough) return;
    const start = () => {
      plot.current?.destroy();
      plot.current = draw(frame, latest.current);
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
  }, [enough]);

  const words = `${noun === "document" ? "Documents" : "Records"} written a second: ${countWords(pace.peak)} at most, ${countWords(pace.mean)} on average.`;
  return (
    <Section title="Throughput" note={enough && words}>
      <div className="rounded-md border border-line bg-surface p-2">
        {enough ? (
          <div ref={host} role="img" aria-label={words} style={{ height }} />
        ) : (
          <p className="grid place-items-center text-quiet" style={{ height }}>
            {over ? "The run was over within seconds: too short for a pace." : "Drawn after a few seconds."}
          </p>
        )}
      </div>
    </Section>
  );
}
