/** Mappings and settings, and what is to be said of them before the first write. */
const keyword = { type: "keyword" };
const level = { type: "integer" };
const usual = { namespace: keyword, clearance_level: level };

export type Case = {
  mappings: object;
  settings?: object;
  request?: object;
  /** What is there before; a document that says nothing of the field unless given. */
  source?: object;
  codes: string[];
  /** What is to be said on servers before this major version, which treat it differently. */
  before?: { major: number; codes: string[] };
  /** The server from Maven Central knows no script language. */
  scripted?: true;
};

/** Without a stop, a level that is written is found; where it would be lost, or cost something else, there is a stop. */
export const cases: Record<string, Case> = {
  "a usual mapping": { mappings: { properties: usual }, codes: [] },
  "a field that is excluded from originals": {
    mappings: { _source: { excludes: ["full*"] }, properties: { ...usual, fulltext: { type: "text" } } },
    codes: ["stop outside-source"],
  },
  "an object of which a part is excluded": {
    mappings: {
      _source: { excludes: ["person.secret"] },
      properties: { ...usual, person: { properties: { secret: keyword } } },
    },
    codes: ["stop outside-source"],
  },
  "an exclusion of what no mapping knows": {
    mappings: { dynamic: "false", _source: { excludes: ["raw.*"] }, properties: usual },
    codes: [],
  },
  "originals that include some fields only": {
    mappings: {
      _source: { includes: ["namespace", "clearance_level"] },
      properties: { ...usual, title: { type: "text" } },
    },
    codes: ["stop outside-source"],
  },
  "originals that leave the level itself out": {
    mappings: { _source: { excludes: ["clearance_*"] }, properties: { namespace: keyword } },
    codes: ["stop outside-source", "warn field-not-mapped"],
  },
  "vectors that the server puts back by itself": {
    mappings: {
      _source: { excludes: ["embedding"] },
      properties: { ...usual, embedding: { type: "dense_vector", dims: 3 } },
    },
    codes: [],
    before: { major: 9, codes: ["stop outside-source"] },
  },
  "no originals by mapping": {
    mappings: { _source: { enabled: false }, properties: usual },
    codes: ["stop no-originals"],
  },
  "no originals by setting": {
    mappings: { properties: usual },
    settings: { mapping: { source: { mode: "disabled" } } },
    codes: ["stop no-originals"],
  },
  "synthetic originals by setting": {
    mappings: { properties: usual },
    settings: { mapping: { source: { mode: "synthetic" } } },
    codes: ["warn synthetic-source"],
  },
  "synthetic originals of logs": {
    mappings: { properties: usual },
    settings: { mode: "logsdb" },
    source: { "@timestamp": "2026-01-01T00:00:00Z", namespace: "n" },
    codes: ["warn synthetic-source"],
  },
  "logs that are stored as they came": {
    mappings: { properties: usual },
    settings: { mode: "logsdb", mapping: { source: { mode: "stored" } } },
    source: { "@timestamp": "2026-01-01T00:00:00Z", namespace: "n" },
    codes: [],
  },
  "a mapping that is full": {
    mappings: { properties: { namespace: keyword, a: keyword, b: keyword } },
    settings: { mapping: { total_fields: { limit: 3 } } },
    codes: ["stop mapping-full"],
  },
  "a mapping that is full with subfields and runtime fields, and ignores more": {
    mappings: { runtime: { r: { type: "long" } }, properties: { namespace: { ...keyword, fields: { raw: keyword } } } },
    settings: { mapping: { total_fields: { limit: 3, ignore_dynamic_beyond_limit: true } } },
    codes: ["stop mapping-full"],
  },
  "a mapping with room for just one": {
    mappings: { properties: { namespace: keyword, a: keyword } },
    settings: { mapping: { total_fields: { limit: 3 } } },
    codes: ["warn field-not-mapped"],
  },
  "a level in a nested object": {
    mappings: { properties: { namespace: keyword, access: { type: "nested", properties: { level } } } },
    request: { field: "access.level" },
    codes: ["stop nested-field"],
  },
  "a level that would come into a nested object": {
    mappings: { properties: { namespace: keyword, access: { type: "nested", properties: {} } } },
    request: { field: "access.inner.level" },
    codes: ["stop nested-field"],
  },
  "a level in an object": {
    mappings: { properties: { namespace: keyword, access: { properties: { level } } } },
    request: { field: "access.level" },
    codes: [],
  },
  "a level below a word": {
    mappings: { properties: usual },
    request: { field: "namespace.level" },
    codes: ["stop parent-not-an-object"],
  },
  "a level below a flattened object": {
    mappings: { properties: { namespace: keyword, labels: { type: "flattened" } } },
    request: { field: "labels.level" },
    codes: ["warn mapped-as-keyword"],
  },
  "a disabled object": {
    mappings: { properties: { namespace: keyword, access: { type: "object", enabled: false } } },
    request: { field: "access.level" },
    codes: ["stop not-enabled"],
  },
  "a level that is an alias": {
    mappings: { properties: { ...usual, secrecy: { type: "alias", path: "clearance_level" } } },
    request: { field: "secrecy" },
    codes: ["stop field-is-alias"],
  },
  "a level that is a subfield": {
    mappings: { properties: { namespace: { type: "text", fields: { exact: keyword } } } },
    request: { field: "namespace.exact", kind: "keyword", value: "1" },
    codes: ["stop field-is-subfield", "warn namespace-not-exact"],
  },
  "a runtime field that hides the level": {
    mappings: { runtime: { clearance_level: { type: "long", script: { source: "emit(3)" } } }, properties: usual },
    scripted: true,
    codes: ["stop field-computed"],
  },
  "a runtime field that reads the document": {
    mappings: { runtime: { clearance_level: { type: "long" } }, properties: usual },
    codes: ["warn runtime-field"],
  },
  "a part of a composite runtime field": {
    mappings: {
      runtime: {
        access: { type: "composite", script: { source: "emit(['level': 3])" }, fields: { level: { type: "long" } } },
      },
      properties: { namespace: keyword },
    },
    request: { field: "access.level" },
    scripted: true,
    codes: ["stop field-computed"],
  },
  "a level that a script fills": {
    mappings: { properties: { namespace: keyword, clearance_level: { type: "long", script: { source: "emit(3)" } } } },
    scripted: true,
    codes: ["stop field-computed"],
  },
  "a level that another field is copied to": {
    mappings: { properties: { ...usual, other: { ...level, copy_to: "clearance_level" } } },
    source: { namespace: "n", other: 3 },
    codes: ["stop field-computed"],
  },
  "a template that indexes nothing": {
    mappings: {
      dynamic_templates: [
        { quiet: { match_mapping_type: "*", mapping: { type: "long", index: false, doc_values: false } } },
      ],
      properties: { namespace: keyword },
    },
    codes: ["stop not-indexed", "warn field-not-mapped"],
  },
  "a template of another type": {
    mappings: {
      dynamic_templates: [{ dates: { match: "clearance*", mapping: { type: "date", format: "yyyy-MM-dd" } } }],
      properties: { namespace: keyword },
    },
    codes: ["stop mapping-conflict", "warn field-not-mapped"],
  },
  "a template for other names": {
    mappings: {
      dynamic_templates: [{ dates: { match: "date*", mapping: { type: "date", format: "yyyy-MM-dd" } } }],
      properties: { namespace: keyword },
    },
    codes: ["warn field-not-mapped"],
  },
  "a level whose name holds a dot": {
    mappings: { subobjects: false, properties: { namespace: keyword, "access.level": level } },
    request: { field: "access.level" },
    codes: [],
  },
  "a namespace whose name holds a dot": {
    mappings: { subobjects: false, properties: { "labels.tenant": keyword, clearance_level: level } },
    request: { namespaceField: "labels.tenant", namespaces: ["n"] },
    source: { "labels.tenant": "n" },
    codes: [],
  },
  "a namespace below an object that isn't taken apart": {
    mappings: {
      properties: {
        labels: { type: "object", subobjects: false, properties: { "a.tenant": keyword } },
        clearance_level: level,
      },
    },
    request: { namespaceField: "labels.a.tenant", namespaces: ["n"] },
    source: { labels: { "a.tenant": "n" } },
    codes: [],
  },
  "a namespace that is an alias": {
    mappings: {
      properties: { customer: keyword, namespace: { type: "alias", path: "customer" }, clearance_level: level },
    },
    request: { namespaces: ["n"] },
    source: { customer: "n" },
    codes: [],
  },
  "a namespace that is an alias of a text": {
    mappings: {
      properties: {
        customer: { type: "text" },
        namespace: { type: "alias", path: "customer" },
        clearance_level: level,
      },
    },
    request: { namespaces: ["n"] },
    source: { customer: "n" },
    codes: ["stop namespace-not-exact"],
  },
  "a namespace in a nested object": {
    mappings: { properties: { owner: { type: "nested", properties: { name: keyword } }, clearance_level: level } },
    request: { namespaceField: "owner.name", namespaces: ["n"] },
    source: { owner: { name: "n" } },
    codes: ["stop namespace-nested"],
  },
};
