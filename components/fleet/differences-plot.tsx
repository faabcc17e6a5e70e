"use client";

import { useId, useLayoutEffect, useRef, useState } from "react";
import { countWords, manyWords } from "@/components/words/figures";
import { absoluteWords, spanWords } from "@/components/words/time";
import type { DifferencesPoint } from "@/lib/shapes/schedules/fleet";
import { onlyLookWords, outOfSyncWords } from "./differences-words";
import { niceTop, stepPath } from "./plot-geometry";

const height = 120;
const margin = { bottom: 20, top: 8, right: 8 };
/** A figure of the scale is no wider than this, in the smallest type. */
const figureWidth = 6.5;
/** More marks than this would run into a band. */
const mostMarks = 80;

/**
 * How many records differed between the sides were over time: steps from one look to the next, with orphans, which are kept, as a thinner line of their
 * own. The words say the same without the picture.
 */
export function DifferencesPlot({ points }: { points: readonly DifferencesPoint[] }) {
  const host = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const titleId = useId();
  useLayoutEffect(() => {
    const frame = host.current;
    if (!frame) return;
    const measure = () => setWidth(frame.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(frame);
    return () => observer.disconnect();
  }, []);
  const [first] = points;
  const last = points.at(-1);
  const drawn = first && last && points.length > 1 && width > 0;
  return (
    <div ref={host} className="min-w-0" style={{ minHeight: height + margin.top + margin.bottom }}>
      {points.length < 2 && (
        <p className="grid h-full place-items-center px-4 py-12 text-center text-sm text-quiet">
          {last ? onlyLookWords(last) : "Each finished analysis is a point here. There is none yet."}
        </p>
      )}
      {drawn && <Drawing points={points} width={width} titleId={titleId} />}
    </div>
  );
}

function Drawing({ points, width, titleId }: { points: readonly DifferencesPoint[]; width: number; titleId: string }) {
  const highest = Math.max(...points.map(({ outOfSync, orphan }) => Math.max(outOfSync, orphan)));
  const top = niceTop(highest);
  const left = Math.max(36, 14 + countWords(top).length * figureWidth);
  const inner = { width: Math.max(40, width - left - margin.right), height };
  const times = points.map(({ at }) => new Date(at).getTime());
  const [from = 0] = times;
  const to = times.at(-1) ?? from;
  const x = (at: number) => ((at - from) / Math.max(1, to - from)) * inner.width;
  const y = (value: number) => inner.height - (value / top) * inner.height;
  const lineOf = (part: "outOfSync" | "orphan") => {
    const most = Math.max(1, ...points.map((point) => point[part]));
    const scaled = { width: inner.width, height: (most / top) * inner.height };
    const path = stepPath(
      points.map((point, at) => ({ at: times[at] ?? 0, value: point[part] })),
      scaled,
    );
    return { path, down: inner.height - scaled.height };
  };
  const [outOfSync, orphan] = [lineOf("outOfSync"), lineOf("orphan")];
  const [first, last] = [points[0], points.at(-1)];
  const [fromWords, toWords] = first && last ? spanWords(first.at, last.at) : ["", ""];
  const words = `Records out of sync over ${manyWords(points.length, "analysis", "analyses")}: ${countWords(first?.outOfSync ?? 0)} at first, ${countWords(last?.outOfSync ?? 0)} at the last one, ${countWords(Math.max(...points.map((point) => point.outOfSync)))} at most.`;
  return (
    <svg
      role="img"
      aria-labelledby={titleId}
      width={width}
      height={height + margin.top + margin.bottom}
      className="block text-2xs"
    >
      <title id={titleId}>{words}</title>
      <g transform={`translate(${left} ${margin.top})`}>
        {[0, top / 2, top].map((value) =>
          Number.isInteger(value) ? (
            <g key={value}>
              <path d={`M0 ${y(value)}H${inner.width}`} className="stroke-line" strokeWidth={1} />
              <text x={-8} y={y(value) + 4} textAnchor="end" className="figures fill-quiet">
                {countWords(value)}
              </text>
            </g>
          ) : null,
        )}
        <text x={0} y={inner.height + 16} className="figures fill-quiet">
          {fromWords}
        </text>
        <text x={inner.width} y={inner.height + 16} textAnchor="end" className="figures fill-quiet">
          {toWords}
        </text>
        <path
          d={orphan.path}
          transform={`translate(0 ${orphan.down})`}
          className="stroke-orphan-area"
          strokeWidth={1}
          strokeDasharray="3 3"
          fill="none"
        />
        <path
          d={outOfSync.path}
          transform={`translate(0 ${outOfSync.down})`}
          className="stroke-update-area"
          strokeWidth={1.75}
          fill="none"
        />
        {points.length <= mostMarks &&
          points.map((point, at) => (
            <circle
              key={point.at}
              cx={x(times[at] ?? 0)}
              cy={y(point.outOfSync)}
              r={2.75}
              className="fill-update-area stroke-surface"
            >
              <title>{`${absoluteWords(point.at)}: ${outOfSyncWords(point)}, ${countWords(point.orphan)} only in the target`}</title>
            </circle>
          ))}
      </g>
    </svg>
  );
}

/** What the two lines are. */
export function DifferencesLegend() {
  return (
    <span className="flex flex-wrap gap-x-4">
      <span className="inline-flex items-center gap-1.5">
        <span aria-hidden className="h-0 w-4 border-t-2 border-update-area" />
        out of sync
      </span>
      <span className="inline-flex items-center gap-1.5">
        <span aria-hidden className="h-0 w-4 border-t border-dashed border-orphan-area" />
        only in target, kept
      </span>
    </span>
  );
}
