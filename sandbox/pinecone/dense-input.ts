import { floatsToBytes } from "../values-json";
import type { IndexRow } from "./indexes";
import { Refusal } from "./problems";

/** Dense values of a request as float32 bytes, checked against the index. `null` when there are none. */
export function readDense(index: IndexRow, value: unknown): Buffer | null {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return null;
  if (!Array.isArray(value)) throw new Refusal("invalid", "Vector values must be a list of numbers");
  if (index.dimension === null) throw new Refusal("invalid", "Dense vectors are not supported by a sparse index");
  if (value.length !== index.dimension) {
    throw new Refusal(
      "invalid",
      `Vector dimension ${value.length} does not match the dimension of the index ${index.dimension}`,
    );
  }
  const floats = new Float32Array(value.length);
  let anything = false;
  for (let at = 0; at < value.length; at++) {
    const number: unknown = value[at];
    if (typeof number !== "number" || !Number.isFinite(Math.fround(number))) {
      throw new Refusal("invalid", `Vector value at position ${at} must be a finite number, got '${String(number)}'`);
    }
    floats[at] = number;
    if (number !== 0) anything = true;
  }
  if (!anything && index.metric !== "euclidean") {
    throw new Refusal("invalid", "Dense vectors must contain at least one non-zero value");
  }
  return floatsToBytes(floats);
}
