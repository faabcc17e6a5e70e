export type Point = { at: number; value: number };
export type Frame = { width: number; height: number };

/**
 * The path of a value that is known at points and taken to stay until the next one: steps, so that nothing is drawn that nobody
 * measured. The first point stands at the left edge and the last one at the right; zero at the bottom. Rounded to a tenth of a pixel.
 */
export function stepPath(points: readonly Point[], { width, height }: Frame): string {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return "";
  const span = last.at - first.at;
  const highest = Math.max(1, ...points.map(({ value }) => value));
  const tenth = (value: number) => Math.round(value * 10) / 10;
  const x = ({ at }: Point) => tenth(span === 0 ? 0 : ((at - first.at) / span) * width);
  const y = ({ value }: Point) => tenth(height - (value / highest) * height);
  const steps = points.slice(1).map((point) => `H${x(point)}V${y(point)}`);
  return `M${x(first)} ${y(first)}${steps.join("")}${span === 0 ? `H${width}` : ""}`;
}

/** The top of a scale that holds `highest`: 1, 2 or 5 times a power of ten. */
export function niceTop(highest: number): number {
  if (highest <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(highest));
  return ([1, 2, 5, 10].find((step) => step * power >= highest) ?? 10) * power;
}
