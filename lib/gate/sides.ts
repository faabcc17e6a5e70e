import type { Embedder } from "@/lib/embedders/contract";
import type { TextRules } from "@/lib/plan/text";
import type { GateQuestion, GateSettings } from "@/lib/shapes/cut-over/gate";
import type { IndexShape, VectorSource } from "@/lib/stores/contract";
import type { MetadataFilter } from "@/lib/stores/query/filter";

/** One side as the gate asks it. `embedder: null`: nothing makes vectors of its model, for the reason that `why` gives. */
export type GateSide = { store: VectorSource; shape: IndexShape; embedder: Embedder | null; why?: string | undefined };

/** A namespace as each side calls it. */
export type NamespacePair = { source: string; target: string };

/** A question of a log or a set: its text, its vector or its record, and what should be found. */
export type GivenQuestion = {
  namespace: string;
  text?: string | undefined;
  vector?: readonly number[] | undefined;
  /** A record that asks by its own vector. */
  record?: string | undefined;
  filter?: MetadataFilter | undefined;
  expected?: readonly string[] | undefined;
};

export type GateInput = {
  source: GateSide;
  target: GateSide;
  /** The target has the source's vectors. */
  copied: boolean;
  namespaces: readonly NamespacePair[];
  /** Keys whose values belong to the target. */
  owned: readonly string[];
  text: TextRules;
  settings: GateSettings;
  given: readonly GivenQuestion[];
  /** Lines of a log that couldn't be read. */
  brokenLines: number;
  /** Of these IDs, which a run of this route said why it left out. */
  explained(namespace: string, ids: readonly string[]): Promise<ReadonlySet<string>>;
  signal?: AbortSignal | undefined;
};

/** A question with a vector for each side that can be asked. */
export type Question = GateQuestion & {
  pair: NamespacePair;
  filter: MetadataFilter | null;
  /** What its record has under the key by which questions are checked each for itself. */
  stratum: string | null;
  vectors: { source: readonly number[] | null; target: readonly number[] | null };
};
