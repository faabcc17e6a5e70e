/**
 * What an index of documents must promise, so that Portage can set one field of many documents. Connectors stay thin: one call is
 * one request, or the few that its comment names, and whatever goes wrong is a `ServiceFailure`. Retries, pacing, batching and the
 * decision what to write belong to the run engine and to `clearance/`.
 */

import { type FieldKind, fieldKinds } from "@/lib/shapes/documents/clearance";
import type { FieldMapping, TargetShape } from "./target-shape";

export type CallOptions = { signal?: AbortSignal };

/** Names as an operator gives them: indexes, aliases, data streams or patterns. */
export type Target = readonly string[];

export type Scalar = string | number | boolean;

/** What a document holds under the field. `other`: a list, an object, or a parent that isn't one; such a document is never written. */
export type Held = { state: "absent" } | { state: "value"; value: Scalar } | { state: "other"; words: string };

export type DocumentKey = {
  /** The concrete index, never an alias. */
  index: string;
  id: string;
  /** Custom routing; a document that has one can't be reached without it. */
  routing: string | null;
};

/** A document as far as deciding needs it, at one version of it. */
export type DocumentHead = DocumentKey & {
  seqNo: number;
  primaryTerm: number;
  held: Held;
  namespace: string | null;
  /** Searches find a value under the field. */
  found: boolean;
};

/** Which documents are meant. `missing` and `present` ask the search index, not the document: see {@link FieldMapping}. */
export type Selection = {
  field: string;
  namespaceField: string;
  /** `null` among them: documents that have none. */
  namespaces: readonly (string | null)[] | "all";
  /** `isNot`: has another value. `lacks`: has another value or none. */
  where: "any" | "missing" | "present" | { is: Scalar } | { isNot: Scalar } | { lacks: Scalar };
};

/** One document with all that it holds, as it is now. */
export type WholeDocument = { seqNo: number; primaryTerm: number; source: Record<string, unknown> };

export type ValueCount = { value: Scalar; count: number };

export type Overview = {
  total: number;
  with: number;
  without: number;
  /** Most frequent first; `null`: the mapping doesn't allow to count values. A document with a list counts under each of its values. */
  values: ValueCount[] | null;
  /** Documents with values that didn't fit the list. */
  otherValues: number;
  /** Of those without, documents that hold a value which the index ignored (malformed, too long). Left out for none. */
  ignored?: number | undefined;
};

/** `name: null`: documents without a namespace. */
export type NamespaceTally = { name: string | null; documents: number; with: number };

export type PageRequest = {
  point: string;
  keepAliveMs: number;
  selection: Selection;
  /** One of `of` parts that are disjoint and together are everything; `null`: everything. */
  slice: { part: number; of: number } | null;
  /** `after` of the page before; `null` for the first. */
  after: number | null;
  size: number;
};

/** `after: null`: this was the last page. `expired`: the point in time is gone; open a new one and begin again. */
export type Page =
  | { state: "page"; documents: DocumentHead[]; after: number | null; point: string }
  | { state: "expired" };

export type Update = DocumentKey & {
  seqNo: number;
  primaryTerm: number;
  value: Scalar;
  /** Writes even if the document holds the value already, so that it gets indexed. */
  rewrite?: boolean;
};

/**
 * How one update ended. `conflict`: the document changed since it was read. `throttled`, `unavailable`: try again. `refused`: it won't
 * work by trying; `scope: "index"` says that it concerns every document of that index.
 */
export type UpdateOutcome =
  | { state: "updated" }
  | { state: "noop" }
  | { state: "conflict" }
  | { state: "missing" }
  | { state: "throttled"; detail: string }
  | { state: "unavailable"; detail: string }
  | {
      state: "refused";
      reason: "mapping-refused" | "write-blocked" | "rejected-by-target";
      scope: "document" | "index";
      detail: string;
    };

/** What is looked for by its words, in some namespaces (`null` among them: documents that have none). */
export type WordsQuestion = {
  text: string;
  namespaceField: string;
  namespaces: readonly (string | null)[] | "all";
  size: number;
  /** What of a document comes along. */
  fields: readonly string[];
};

/** A document that was found by its words. Scores are the index's own: they order one answer, and compare with nothing else. */
export type WordsHit = { index: string; id: string; score: number; source: Record<string, unknown> };

export { type FieldKind, fieldKinds };

export type DocumentLimits = {
  /** Documents in one page. */
  pageSize: number;
  /** Namespaces in one selection. */
  namespaces: number;
  /** Bytes of one bulk request that are sensible. */
  bulkBytes: number;
};

export interface DocumentIndex {
  /** How it is called in words: `Elasticsearch`. */
  readonly service: string;
  readonly limits: DocumentLimits;
  /** One cheap request that proves address and key. `version: null`: the key may not ask. */
  probe(options?: CallOptions): Promise<{ version: string | null; latencyMs: number }>;
  /** What the names stand for and in which state it is; `null` when none of them exists. A request per name and four more. */
  inspect(target: Target, options?: CallOptions): Promise<TargetShape | null>;
  /**
   * How every index of the target treats the field; throws `auth` when the key may not see mappings. Two requests.
   * `kind` is that of the value to be set.
   */
  fieldMapping(target: Target, field: string, options?: CallOptions & { kind?: FieldKind }): Promise<FieldMapping[]>;
  /** Documents that are meant, as of the last refresh. */
  count(target: Target, selection: Selection, options?: CallOptions): Promise<number>;
  /** Two requests. */
  overview(target: Target, selection: Selection, options?: CallOptions): Promise<Overview>;
  /** Every namespace with its documents, in pages and in order. */
  namespaces(
    target: Target,
    fields: { field: string; namespaceField: string },
    options?: CallOptions & { pageSize?: number },
  ): AsyncIterable<NamespaceTally[]>;
  /** Fixes what later pages show; lives for `keepAliveMs` after each use. */
  openPoint(target: Target, keepAliveMs: number, options?: CallOptions): Promise<string>;
  page(request: PageRequest, options?: CallOptions): Promise<Page>;
  /** One that is gone already is closed. */
  closePoint(point: string, options?: CallOptions): Promise<void>;
  /** The documents as they are now, in the order asked for; `null`: gone. Sees writes before a refresh does. */
  read(
    keys: readonly DocumentKey[],
    fields: { field: string },
    options?: CallOptions,
  ): Promise<(Omit<DocumentHead, "namespace" | "found"> | null)[]>;
  /** Documents that hold words of a text in any searchable field, best first. One request. */
  findByWords(target: Target, question: WordsQuestion, options?: CallOptions): Promise<WordsHit[]>;
  /** One whole document as it is now; `null`: gone. For a look at it: it may hold megabytes. */
  readWhole(key: DocumentKey, options?: CallOptions): Promise<WholeDocument | null>;
  /**
   * Sets the field of each document unless it changed since it was read, and touches nothing else of it. One outcome per update, in the
   * order given. Pipelines of an index don't run on these updates.
   */
  bulkUpdate(field: string, updates: readonly Update[], options?: CallOptions): Promise<UpdateOutcome[]>;
  /** Bytes that this update takes in a bulk request, without sending it. */
  sizeOf(field: string, update: Update): number;
  /** Makes all writes visible to searches; throws `auth` when the key may not. */
  refresh(target: Target, options?: CallOptions): Promise<void>;
  /** Adds the field to the mapping of these indexes; throws `invalid` where it is mapped otherwise, `conflict` under a block. */
  putMapping(indices: readonly string[], field: string, kind: FieldKind, options?: CallOptions): Promise<void>;
  /** Frees sockets. */
  close(): Promise<void>;
}
