import type { KeptNumbers, RecordHead, SparseValues } from "@/lib/stores/contract";
import { isKept } from "./kept-numbers";
import { sameVector } from "./vector-digest";

/** A record as it was read to be compared: with its vector where vectors are copied, without where they are made of the text. */
export type Seen = RecordHead & { values?: number[] };

/** Where the vector that is written comes from. */
export type VectorFrom = { from: "text"; text: string } | { from: "source" } | { from: "target" };

/** Whether both have the same vector, dense and sparse: bit for bit as 32-bit floats, or as far as the target keeps its numbers. */
export function sameVectors(source: Seen, target: Seen, keeps?: KeptNumbers): boolean {
  return (
    isKept(source.values ?? [], target.values ?? [], keeps) && sameSparse(source.sparseValues, target.sparseValues)
  );
}

function sameSparse(a: SparseValues | undefined, b: SparseValues | undefined): boolean {
  if (a === undefined || b === undefined) return (a?.indices.length ?? 0) === (b?.indices.length ?? 0);
  return (
    a.indices.length === b.indices.length &&
    a.indices.every((index, position) => index === b.indices[position]) &&
    sameVector(a.values, b.values)
  );
}

/** Why a vector can't be searched with, or `null`. @param values number[dimension] */
export function vectorFault(values: readonly number[], dimension: number): string | null {
  if (values.length !== dimension) return `The vector has ${values.length} dimensions, not ${dimension}.`;
  if (!values.every(Number.isFinite)) return "The vector holds values that aren't finite.";
  if (values.every((value) => value === 0)) return "The vector is all zeros.";
  return null;
}
