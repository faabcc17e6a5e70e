import { EigenvalueDecomposition, Matrix } from "ml-matrix";

export type Point = [number, number];
/** Where vectors lie in the plane of the two directions in which those that it was made of differ most. */
export type Plane = {
  at(values: readonly number[]): Point;
  /** Share of the variance that the two directions have. */
  shows: number;
};

/**
 * The first two principal components, by the eigenvectors of the products between the records: of many more numbers than records that is the smaller
 * of the two matrices. `null`: fewer than three records, or all alike.
 */
export function planeOf(records: readonly (readonly number[])[]): Plane | null {
  const count = records.length;
  const dimension = records[0]?.length ?? 0;
  if (count < 3 || dimension === 0) return null;
  const means = new Float64Array(dimension);
  for (const values of records)
    for (let at = 0; at < dimension; at++) means[at] = (means[at] ?? 0) + (values[at] ?? 0) / count;
  const centred = records.map((values) => Float64Array.from(means, (mean, at) => (values[at] ?? 0) - mean));
  const products = Matrix.zeros(count, count);
  let variance = 0;
  for (const [row, left] of centred.entries()) {
    for (let column = row; column < count; column++) {
      const product = dot(left, centred[column] ?? left);
      products.set(row, column, product);
      products.set(column, row, product);
    }
    variance += products.get(row, row);
  }
  if (variance < 1e-12) return null;
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(products, { assumeSymmetric: true });
  const order = realEigenvalues.map((value, at) => ({ value, at })).sort((a, b) => b.value - a.value);
  const axes = order.slice(0, 2).map(({ value, at }) => {
    const axis = new Float64Array(dimension);
    const scale = value > 1e-12 ? 1 / Math.sqrt(value) : 0;
    for (const [row, values] of centred.entries()) {
      const weight = eigenvectorMatrix.get(row, at) * scale;
      for (let part = 0; part < dimension; part++) axis[part] = (axis[part] ?? 0) + weight * (values[part] ?? 0);
    }
    return axis;
  });
  const along = (axis: Float64Array | undefined, values: readonly number[]) =>
    axis === undefined ? 0 : axis.reduce((sum, part, at) => sum + part * ((values[at] ?? 0) - (means[at] ?? 0)), 0);
  return {
    at: (values) => [along(axes[0], values), along(axes[1], values)],
    shows: order.slice(0, 2).reduce((sum, { value }) => sum + Math.max(0, value), 0) / variance,
  };
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < left.length; at++) sum += (left[at] ?? 0) * (right[at] ?? 0);
  return sum;
}

/** Two planes have no common up: the second is mirrored and swapped so that what both have lies alike. */
export function turned(points: readonly { source: Point | null; target: Point | null }[]): (point: Point) => Point {
  const both = points.flatMap(({ source, target }) => (source && target ? [{ source, target }] : []));
  const related = (a: 0 | 1, b: 0 | 1) => both.reduce((sum, { source, target }) => sum + source[a] * target[b], 0);
  const [straight, crossed] = [
    Math.abs(related(0, 0)) + Math.abs(related(1, 1)),
    Math.abs(related(0, 1)) + Math.abs(related(1, 0)),
  ];
  const [first, second]: [0 | 1, 0 | 1] = crossed > straight ? [1, 0] : [0, 1];
  const signs = [related(0, first) < 0 ? -1 : 1, related(1, second) < 0 ? -1 : 1] as const;
  return (point) => [point[first] * signs[0], point[second] * signs[1]];
}

/** Into a square from -1 to 1, with as much room on every side. */
export function fitted(points: readonly Point[]): (point: Point) => Point {
  const most = points.reduce((size, [x, y]) => Math.max(size, Math.abs(x), Math.abs(y)), 0) || 1;
  const short = (value: number) => Math.round((value / most) * 1000) / 1000;
  return ([x, y]) => [short(x), short(y)];
}
