import { describe, expect, it } from "vitest";
import type { ConcreteIndex, FieldMapping, TargetShape } from "../target-shape";
import { mayStart, preconditionsOf } from "./preconditions";
import { clearanceRequestSchema } from "./request";

const request = (more: object = {}) => clearanceRequestSchema.parse({ value: 1, ...more });
const noBlocks = { readOnly: false, readOnlyAllowDelete: false, read: false, write: false, metadata: false };
const settings = {
  uuid: "u",
  shards: 1,
  blocks: noBlocks,
  defaultPipeline: null,
  finalPipeline: null,
  mode: "standard",
};
const open: ConcreteIndex = { name: "i", open: true, health: "green", settings };
const rights = { read: true, write: true, metadata: true, refresh: true, mapping: true, recreate: false };

const shape = (more: Partial<TargetShape> = {}): TargetShape => ({
  version: "9.5.3",
  kind: "index",
  missing: [],
  indices: [open],
  aliases: [],
  dataStreams: [],
  health: "green",
  privileges: { user: "u", monitor: true, indices: { i: rights } },
  ...more,
});

const known = {
  type: "integer",
  runtime: false,
  searchable: true,
  aggregatable: true,
  ignoreAbove: null,
  aggregatableSubfields: [],
  aliasOf: null,
  subfieldOf: null,
  computed: false,
};
const mapping = (more: Partial<FieldMapping> = {}): FieldMapping => ({
  index: "i",
  dynamic: "true",
  enabled: true,
  source: "stored",
  outsideSource: [],
  parent: null,
  full: null,
  field: known,
  template: null,
  ...more,
});
const keyword = mapping({ field: { ...known, type: "keyword" } });

const find = (
  parts: { shape?: TargetShape | null; field?: FieldMapping[] | null; namespace?: FieldMapping[] | null },
  wanted = request(),
) => preconditionsOf(wanted, { target: ["x"], shape: shape(), field: [mapping()], namespace: [keyword], ...parts });
const codes = (...given: Parameters<typeof find>) => find(...given).map(({ level, code }) => `${level} ${code}`);
const withBlock = (block: string) =>
  shape({ indices: [{ ...open, settings: { ...settings, blocks: { ...noBlocks, [block]: true } } }] });

describe("what is to be known before the first write", () => {
  it("is nothing when all is well", () => {
    expect(find({})).toEqual([]);
  });

  it.each<[string, TargetShape | null, string[]]>([
    ["no index", null, ["stop unknown-index"]],
    ["a name that nothing has", shape({ missing: ["x"] }), ["stop unknown-index"]],
    ["a closed index", shape({ indices: [{ ...open, open: false }] }), ["stop closed-index"]],
    ["missing shards", shape({ indices: [{ ...open, health: "red" }] }), ["stop shards-missing"]],
    ["a write block", withBlock("write"), ["stop write-blocked"]],
    ["a read-only index", withBlock("readOnly"), ["stop write-blocked"]],
    ["a full disk", withBlock("readOnlyAllowDelete"), ["stop disk-full"]],
    ["a read block", withBlock("read"), ["stop read-blocked"]],
    [
      "a time series",
      shape({ indices: [{ ...open, settings: { ...settings, mode: "time_series" } }] }),
      ["stop time-series"],
    ],
    [
      "pipelines",
      shape({ indices: [{ ...open, settings: { ...settings, defaultPipeline: "enrich", finalPipeline: "_none" } }] }),
      ["note pipelines"],
    ],
    [
      "an alias that filters and can't be written by",
      shape({ aliases: [{ name: "a", indices: ["i"], writeIndex: null, filtered: true }] }),
      ["warn filtered-alias", "note read-only-alias"],
    ],
    ["a data stream", shape({ dataStreams: [{ name: "d", indices: ["i"] }] }), ["note data-stream"]],
    [
      "a key that may nothing",
      shape({
        privileges: {
          user: "u",
          monitor: false,
          indices: { i: { ...rights, read: false, write: false, metadata: false, refresh: false } },
        },
      }),
      ["stop may-not-read", "stop may-not-write", "warn may-not-see-mapping", "note may-not-refresh"],
    ],
    ["settings that may not be seen", shape({ indices: [{ ...open, settings: null, health: null }] }), []],
    ["security that is off", shape({ privileges: null }), []],
  ])("names %s", (_, given, expected) => {
    expect(codes({ shape: given })).toEqual(expected);
  });

  it.each<[string, FieldMapping, string[]]>([
    ["an integer", mapping(), []],
    ["a float", mapping({ field: { ...known, type: "float" } }), []],
    ["a keyword", keyword, ["warn mapped-as-keyword"]],
    ["a text", mapping({ field: { ...known, type: "text", aggregatable: false } }), ["warn mapped-as-text"]],
    ["a date", mapping({ field: { ...known, type: "date" } }), ["stop mapping-conflict"]],
    ["an object", mapping({ field: { ...known, type: "object", searchable: false } }), ["stop mapping-conflict"]],
    ["neither indexed nor in columns", mapping({ field: { ...known, searchable: false } }), ["stop not-indexed"]],
    ["a runtime field", mapping({ field: { ...known, type: "long", runtime: true } }), ["warn runtime-field"]],
    ["strict", mapping({ dynamic: "strict", field: null }), ["stop strict-mapping"]],
    ["not dynamic", mapping({ dynamic: "false", field: null }), ["stop dynamic-false"]],
    ["dynamic as runtime", mapping({ dynamic: "runtime", field: null }), ["warn dynamic-runtime"]],
    ["absent", mapping({ field: null }), ["warn field-not-mapped"]],
    ["not enabled", mapping({ enabled: false, field: null }), ["stop not-enabled"]],
    ["without originals", mapping({ source: "disabled" }), ["stop no-originals"]],
    ["with made-up originals", mapping({ source: "synthetic" }), ["warn synthetic-source"]],
  ])("tells how a field is taken that is %s", (_, given, expected) => {
    expect(codes({ field: [given] })).toEqual(expected);
  });

  it("minds the range of small numbers and the length of words", () => {
    const byte = mapping({ field: { ...known, type: "byte" } });
    expect(codes({ field: [byte] }, request({ value: 127 }))).toEqual([]);
    expect(codes({ field: [byte] }, request({ value: 128 }))).toEqual(["stop mapping-conflict"]);
    expect(codes({ field: [byte] }, request({ value: -128 }))).toEqual([]);
    const short = mapping({ field: { ...known, type: "keyword", ignoreAbove: 3 } });
    expect(codes({ field: [short] }, request({ value: "long", kind: "keyword" }))).toEqual(["stop ignore-above"]);
  });

  it("offers to add the field to just the indexes whose mapping doesn't know it", () => {
    const [first] = find({
      field: [
        mapping(),
        mapping({ index: "j", dynamic: "strict", field: null }),
        mapping({ index: "k", dynamic: "strict", field: null }),
      ],
    });
    expect(first?.offer).toEqual({
      kind: "add-mapping",
      indices: ["j", "k"],
      field: "clearance_level",
      type: "integer",
    });
    expect(first?.what).toContain("j, k");
  });

  it("stops for a namespace field that is unknown or inexact only when namespaces are chosen", () => {
    const text = mapping({
      field: { ...known, type: "text", aggregatable: false, aggregatableSubfields: ["namespace.keyword"] },
    });
    expect(codes({ namespace: [text] })).toEqual(["warn namespace-not-exact"]);
    const [stop] = find({ namespace: [text] }, request({ namespaces: ["a"] }));
    expect(stop).toMatchObject({ level: "stop", next: "Set ELASTICSEARCH_NAMESPACE_FIELD to namespace.keyword." });
    const unknown = mapping({ field: null });
    expect(codes({ namespace: [unknown] }, request({ namespaces: ["a"] }))).toEqual(["stop unknown-namespace-field"]);
    expect(codes({ namespace: [unknown, keyword] }, request({ namespaces: ["a"] }))).toEqual([
      "warn unknown-namespace-field",
    ]);
  });

  it("lets a run start when nothing stops it", () => {
    expect(mayStart(find({ field: [keyword] }))).toBe(true);
    expect(mayStart(find({ shape: withBlock("write") }))).toBe(false);
    expect(mayStart(find({ field: null, namespace: null }))).toBe(true);
  });
});
