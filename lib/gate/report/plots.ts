/** A bar of a histogram: from (included) to (not, but for the last), and how many values lie there. */
export type Bin = { from: number; to: number; count: number };

/** Values in bins of equal width between two bounds; what lies beyond them goes to the first and the last. */
export function binned(values: readonly number[], from: number, to: number, bins: number): Bin[] {
  const width = (to - from) / bins || 1;
  const found = Array.from({ length: bins }, (_, at) => ({
    from: from + at * width,
    to: from + (at + 1) * width,
    count: 0,
  }));
  for (const value of values) {
    const bin = found[Math.max(0, Math.min(bins - 1, Math.floor((value - from) / width)))];
    if (bin) bin.count++;
  }
  return found;
}

type Series = { name: string; values: readonly number[]; colour: string };

const size = { width: 560, height: 150, left: 36, bottom: 24, top: 8 };

/** A histogram of one or two series, as SVG. */
export function histogram(
  title: string,
  series: readonly Series[],
  unit: (value: number) => string,
  bounds?: [number, number],
): string {
  const all = series.flatMap(({ values }) => values);
  if (all.length === 0) return "";
  const [from, to] = bounds ?? [0, all.reduce((most, value) => Math.max(most, value), 0) || 1];
  const bins = bounds ? 10 : 24;
  const counted = series.map((one) => ({ ...one, bins: binned(one.values, from, to, bins) }));
  const most = Math.max(1, ...counted.flatMap((one) => one.bins.map(({ count }) => count)));
  const [width, height] = [size.width - size.left, size.height - size.bottom - size.top];
  const step = width / bins;
  const bars = counted.flatMap(({ bins: found, colour }, place) =>
    found.map(({ count }, at) => {
      const tall = (count / most) * height;
      const wide = Math.max(1, step / series.length - 2);
      const x = size.left + at * step + (place * step) / series.length + 1;
      return `<rect x="${x.toFixed(1)}" y="${(size.top + height - tall).toFixed(1)}" width="${wide.toFixed(1)}" height="${tall.toFixed(1)}" fill="${colour}"/>`;
    }),
  );
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const x = size.left + share * width;
    return `<text x="${x.toFixed(1)}" y="${size.height - 6}" text-anchor="${share === 1 ? "end" : share === 0 ? "start" : "middle"}">${escaped(unit(from + share * (to - from)))}</text>`;
  });
  return `<figure><figcaption>${escaped(title)}${series.length > 1 ? series.map(({ name, colour }) => ` <span style="color:${colour}">■ ${escaped(name)}</span>`).join("") : ""}</figcaption>
<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escaped(title)}"><line x1="${size.left}" x2="${size.width}" y1="${size.top + height}" y2="${size.top + height}" stroke="currentColor" stroke-opacity=".3"/><text x="${size.left - 6}" y="${size.top + 10}" text-anchor="end">${most}</text>${bars.join("")}${ticks.join("")}</svg></figure>`;
}

/** What comes from records and questions, as text of HTML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
