import type { AlignedData } from "uplot";
import type { SearchFigures } from "@/lib/shapes/cut-over/questions";

type Point = SearchFigures["points"][number];

/** In the middle of when its searches were asked, in seconds since 1970: the middle of its day may be yet to come. */
const momentOf = ({ first, last }: Point): number => (Date.parse(first) + Date.parse(last)) / 2000;

/** What the chart draws: the moments in order, then the median and the 95 % of the source, and of the target. */
export function latencyLines(points: readonly Point[]): AlignedData {
  const placed = points.map((point) => ({ ...point, moment: momentOf(point) })).sort((a, b) => a.moment - b.moment);
  return [
    placed.map(({ moment }) => moment),
    placed.map(({ source }) => source?.p50 ?? null),
    placed.map(({ source }) => source?.p95 ?? null),
    placed.map(({ target }) => target?.p50 ?? null),
    placed.map(({ target }) => target?.p95 ?? null),
  ];
}
