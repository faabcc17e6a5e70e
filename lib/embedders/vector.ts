import type { Embedded } from "./contract";

/** The shortest decimal that is the same number as float32, which is what stores keep of it. */
function shorten(value: number): number {
  const single = Math.fround(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return Number(single.toPrecision(9));
}

/** The vector at length 1. Beyond float32's range nothing sensible is left to scale, so it isn't asked for. */
function normalise(values: readonly number[], length: number): number[] {
  return values.map((value) => shorten(value / length));
}

function areFinite(values: readonly unknown[]): values is number[] {
  for (const value of values) if (!Number.isFinite(value)) return false;
  return true;
}

/**
 * Checks one vector: right length, all finite, not all zeros. With `normalised: false` from the service it is brought to length 1 here.
 */
export function checkVector(values: readonly unknown[], dimension: number, normalisedByService: boolean): Embedded {
  const refuse = (detail: string): Embedded => ({ ok: false, reason: "vector-invalid", detail });
  if (values.length !== dimension) return refuse(`The vector has ${values.length} numbers, not ${dimension}.`);
  if (!areFinite(values)) return refuse("The vector holds something that isn't a finite number.");
  let squares = 0;
  for (const value of values) squares += value * value;
  if (squares === 0) return refuse("The vector is all zeros.");
  if (normalisedByService) return { ok: true, values };
  const length = Math.sqrt(squares);
  if (!Number.isFinite(length)) return refuse("The vector is too long to be normalised.");
  return { ok: true, values: normalise(values, length) };
}
