"use client";

import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

/** What a chart draws; `axis` is how every chart's axes look, `colour` a token of the page's as the canvas wants it. */
export type PlotOptions = (
  axis: uPlot.Axis,
  colour: (token: string) => string,
) => Pick<uPlot.Options, "axes" | "padding" | "scales" | "series">;

/** A colour of the page, resolved for the theme in force. */
function resolved(host: HTMLElement, token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  host.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function draw(host: HTMLElement, height: number, options: PlotOptions, data: uPlot.AlignedData): uPlot {
  const colour = (token: string) => resolved(host, token);
  const axis: uPlot.Axis = {
    stroke: colour("--color-quiet"),
    grid: { stroke: colour("--color-line"), width: 1 },
    ticks: { show: false },
    font: "11px Geist, sans-serif",
  };
  const common = { legend: { show: false }, cursor: { y: false, points: { size: 6 } } };
  return new uPlot({ width: host.clientWidth, height, ...common, ...options(axis, colour) }, data, host);
}

type Props = { data: uPlot.AlignedData; words: string; height: number; options: PlotOptions };

/** A chart as wide as its place, drawn again when the theme changes. `options` has to stay the same from one rendering to the next. */
export function Plot({ data, words, height, options }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
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
      plot.current = draw(frame, height, options, latest.current);
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
  }, [height, options]);

  // The canvas keeps the width that it had: it must not hold the page as wide when the window gets narrower.
  return <div ref={host} role="img" aria-label={words} style={{ height }} className="contain-inline-size" />;
}
