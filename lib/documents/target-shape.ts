/** What stands behind the names that an operator gives, and how it treats a field: all that is known before anything is written. */

export type Blocks = {
  readOnly: boolean;
  readOnlyAllowDelete: boolean;
  read: boolean;
  write: boolean;
  metadata: boolean;
};
export type Health = "green" | "yellow" | "red";

export type ConcreteIndex = {
  name: string;
  open: boolean;
  health: Health | null;
  /** `null`: the key may not see settings. */
  settings: {
    uuid: string;
    shards: number;
    blocks: Blocks;
    defaultPipeline: string | null;
    finalPipeline: string | null;
    mode: string;
  } | null;
};

export type Alias = {
  name: string;
  indices: string[];
  /** Where a write by the alias would go; `null`: nowhere, the alias can only be read. Portage writes by the concrete index. */
  writeIndex: string | null;
  /** Shows a part of its indexes only. */
  filtered: boolean;
};

export type Privileges = {
  user: string;
  /** Cluster health and version may be seen. */
  monitor: boolean;
  /** By index. `recreate`: a write to an index that was deleted meanwhile creates it again, empty. */
  indices: Record<
    string,
    { read: boolean; write: boolean; metadata: boolean; refresh: boolean; mapping: boolean; recreate: boolean }
  >;
};

export type TargetShape = {
  /** `null`: the key may not ask. */
  version: string | null;
  kind: "index" | "alias" | "data stream" | "pattern" | "several";
  /** Names that match nothing. */
  missing: string[];
  indices: ConcreteIndex[];
  aliases: Alias[];
  dataStreams: { name: string; indices: string[] }[];
  /** The worst of all indexes; `null`: the key may not ask. */
  health: Health | null;
  /** `null`: the server knows no privileges, its security is off. */
  privileges: Privileges | null;
};

/**
 * How one index treats a field. Documents are found by what is indexed: where a value isn't (`dynamic: false`, `enabled: false`, neither
 * indexed nor in doc values, malformed and ignored) a document that holds it still counts as missing it.
 */
export type FieldMapping = {
  index: string;
  dynamic: "true" | "false" | "strict" | "runtime";
  /** `false`: this part of a document is stored, but never indexed. */
  enabled: boolean;
  /** Without the original a document can't be updated in part. */
  source: "stored" | "synthetic" | "disabled";
  /** Fields that searches know and the original lacks: an update in part would lose their values. The field itself may be among them. */
  outsideSource: string[];
  /** What the field lies below and isn't an object of that document: nested objects are documents of their own, a word holds none. */
  parent: { name: string; type: string } | null;
  /** The limit that adding the field would exceed; `null`: there is room, or no limit is known. */
  full: number | null;
  /** `null`: the mapping doesn't know the field. */
  field: KnownField | null;
  /** What a template makes of the field when a document first brings it; `null`: none says anything. */
  template: KnownField | null;
};

export type KnownField = {
  type: string;
  /** Defined over documents when they are read, not indexed. It hides a field of the same name. */
  runtime: boolean;
  searchable: boolean;
  /** Values can be counted. */
  aggregatable: boolean;
  ignoreAbove: number | null;
  /** Names of further fields over the same value that could be counted: `namespace.keyword`. */
  aggregatableSubfields: string[];
  /** The field that this is another name of: it can be searched, and not written. */
  aliasOf: string | null;
  /** The field whose value this one indexes in another way: it can't be written by itself. */
  subfieldOf: string | null;
  /** Its values come from a script or from another field. */
  computed: boolean;
};
