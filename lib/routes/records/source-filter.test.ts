import fc from "fast-check";
import { expect, it } from "vitest";
import type { FieldRule } from "@/lib/shapes/routes/route";
import type { Metadata } from "@/lib/stores/contract";
import { type MetadataFilter, meets } from "@/lib/stores/query/filter";
import { applyFields } from "./field-rules";
import { sourceFilter } from "./source-filter";

const key = fc.constantFrom("a", "b", "c");
const value = fc.constantFrom<string | number>("x", "y", 1, 2);
const rule: fc.Arbitrary<FieldRule> = fc.oneof(
  fc.record({ rename: key, to: key }),
  fc.record({ drop: key }),
  fc.record({ set: key, value }),
);
const leaf: fc.Arbitrary<MetadataFilter> = fc.oneof(
  fc.record({ key, is: fc.constantFrom("eq" as const, "ne" as const), value }),
  fc.record({ key, is: fc.constantFrom("in" as const, "nin" as const), value: fc.array(value, { minLength: 1 }) }),
  fc.record({ key, is: fc.constantFrom("gt" as const, "lte" as const), value: fc.constantFrom(1, 2) }),
  fc.record({ key, is: fc.constant("exists" as const), value: fc.boolean() }),
);
const several = fc.array(leaf, { minLength: 1, maxLength: 3 });
const filter = fc.oneof(
  leaf,
  several.map((all) => ({ all })),
  several.map((any) => ({ any })),
);
const metadata: fc.Arbitrary<Metadata> = fc.dictionary(key, value);

it("means by the source's fields the records that it means by those that are written", () => {
  fc.assert(
    fc.property(metadata, fc.array(rule, { maxLength: 4 }), filter, (held, rules, asked) => {
      const written = applyFields(held, rules);
      fc.pre("metadata" in written);
      const own = sourceFilter(asked, rules);
      expect(typeof own === "boolean" ? own : meets(own, held)).toBe(
        meets(asked, "metadata" in written ? written.metadata : {}),
      );
    }),
    { numRuns: 3000 },
  );
});
