import type { FieldKind } from "../contract";

/**
 * One thing to know before the first write. `stop`: a run would fail or never end. `warn`: it works, but not as one may think. `note`:
 * good to know.
 */
export type Precondition = {
  level: "stop" | "warn" | "note";
  /** Stable word for scripts. */
  code: string;
  what: string;
  next: string | null;
  /** Indexes that it concerns; empty: all. */
  indices: string[];
  /** What Portage can do about it, once it is told to. */
  offer: { kind: "add-mapping"; indices: string[]; field: string; type: FieldKind } | null;
};

/** The first few names of a list, and how many more there are. */
export function some(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

type Draft = Omit<Precondition, "next" | "offer" | "indices"> & Partial<Precondition>;

/** A precondition about some indexes; none when there are none. */
export function about(indices: readonly string[], draft: Draft): Precondition[] {
  if (indices.length === 0) return [];
  return [{ next: null, offer: null, ...draft, indices: [...indices] }];
}
