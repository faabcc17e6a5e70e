import { expect, it } from "vitest";
import { fieldPreconditions } from "../clearance/field-preconditions";
import { namespacePreconditions } from "../clearance/namespace-preconditions";
import { clearanceRequestSchema } from "../clearance/request";
import { describeField } from "./describe-field";
import { cases } from "./mapping-cases.suite";
import { mappingSettings, mappings } from "./mapping-wire";

/** What a server of version 9.5 answers with beside what was set. */
const defaults = { index: { mapping: { total_fields: { limit: "1000" }, exclude_source_vectors: "true" } } };

it.each(Object.entries(cases))("tells of %s", (_, { mappings: given, settings, request: wanted = {}, codes }) => {
  const request = clearanceRequestSchema.parse({ value: 1, ...wanted });
  const root = mappings.parse({ i: { mappings: given } }).i?.mappings ?? {};
  const set = mappingSettings.parse({ i: { settings: { index: settings ?? {} }, defaults } }).i;
  const of = (name: string) => [
    describeField("i", { root, name, kind: request.kind, ...(set ? { settings: set } : {}) }),
  ];
  const found = [
    ...fieldPreconditions(request, of(request.field)),
    ...namespacePreconditions(request, of(request.namespaceField)),
  ];
  expect(found.map(({ level, code }) => `${level} ${code}`).sort()).toEqual(codes.toSorted());
});

it("names the fields that documents don't keep, and how many more there are", () => {
  const fields = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`f${at}`, { type: "text" }]));
  const root =
    mappings.parse({ i: { mappings: { _source: { excludes: ["f*"] }, properties: fields } } }).i?.mappings ?? {};
  const [stop] = fieldPreconditions(clearanceRequestSchema.parse({ value: 1 }), [
    describeField("i", { root, name: "clearance_level", kind: "integer" }),
  ]);
  expect(stop?.what).toContain("f0, f1, f10, f11, f2, f3, f4, f5, f6, f7 and 2 more");
});

it("takes what a key may not see as unknown, not as a full mapping", () => {
  expect(describeField("i", { root: {}, name: "clearance_level", kind: "integer" })).toMatchObject({
    full: null,
    source: "stored",
    outsideSource: [],
  });
});
