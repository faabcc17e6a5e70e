import { countWords, manyWords } from "@/components/words/figures";
import type { FleetRow } from "@/lib/shapes/schedules/fleet";
import { stepPath } from "./plot-geometry";

const frame = { width: 72, height: 14 };

/** How the differences of a namespace moved over the last looks, as high as a line of text. */
export function Sparkline({ trend }: { trend: FleetRow["trend"] }) {
  const [first] = trend;
  const last = trend.at(-1);
  if (!first || !last) return <span className="text-quiet">–</span>;
  const words =
    trend.length === 1
      ? `${manyWords(last.outOfSync, "record")} out of sync at the only analysis`
      : `From ${countWords(first.outOfSync)} to ${manyWords(last.outOfSync, "record")} out of sync over ${manyWords(trend.length, "analysis", "analyses")}`;
  const points = trend.map(({ at, outOfSync }) => ({ at: new Date(at).getTime(), value: outOfSync }));
  return (
    <svg
      role="img"
      aria-label={words}
      viewBox={`-1 -1 ${frame.width + 2} ${frame.height + 2}`}
      className="block h-4 w-[74px] overflow-visible"
    >
      <title>{words}</title>
      <path d={`M0 ${frame.height}H${frame.width}`} className="stroke-line" strokeWidth={1} fill="none" />
      <path d={stepPath(points, frame)} className="stroke-update-area" strokeWidth={1.5} fill="none" />
    </svg>
  );
}
