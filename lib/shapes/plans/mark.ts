import type { DifferenceView } from "./change";

const form = /^([\w.:/-]{1,200})\/(\d{1,5})$/;

/** The model that a mark in a record's metadata names; `null` for anything that Portage wouldn't have written. */
export function readMark(value: unknown): { model: string; dimension: number } | null {
  const parts = typeof value === "string" ? form.exec(value) : null;
  const [, model, dimension] = parts ?? [];
  return model === undefined || dimension === undefined ? null : { model, dimension: Number(dimension) };
}

/** Why a record needs another vector: by its mark another model made the one that it has, or its text was edited. */
export function vectorReason(differences: readonly DifferenceView[] | undefined): "text" | "model" {
  return differences?.some(({ model }) => model === true) ? "model" : "text";
}
