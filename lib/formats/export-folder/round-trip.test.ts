import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExportFolder } from "./export-folder";
import { ExportWriter } from "./export-writer";
import { byBytes } from "./folder-name";
import type { ExportRecord } from "./record";
import { collected, content, inScratch, made, record, recordsIn } from "./testing";

const text = fc.string({ unit: "grapheme", maxLength: 8 });
/** Any 32 bits but those of NaN, whose payload a processor may change. */
const float = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((bits) => {
  const value = new Float32Array(Int32Array.of(bits).buffer)[0] ?? 0;
  return Number.isNaN(value) ? 0 : value;
});
const sparse = fc.array(fc.tuple(fc.nat({ max: 2 ** 32 - 1 }), float), { maxLength: 5 }).map((pairs) => ({
  indices: Uint32Array.from(pairs, ([index]) => index),
  values: Float32Array.from(pairs, ([, value]) => value),
}));
const anyRecord = (dimension: number | null): fc.Arbitrary<ExportRecord> =>
  fc.record({
    id: text,
    values:
      dimension === null
        ? fc.constant(null)
        : fc.array(float, { minLength: dimension, maxLength: dimension }).map((values) => Float32Array.from(values)),
    metadata: fc.option(fc.oneof(text, fc.constant('{"n":123456789012345678901234567890.10,"n":1e400}'))),
    sparse: fc.option(sparse),
  });
const world = fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }).chain((dimension) =>
  fc.record({
    dimension: fc.constant(dimension),
    batches: fc.array(
      fc.tuple(fc.constantFrom("", "one", "../two"), fc.array(anyRecord(dimension), { maxLength: 12 })),
      {
        maxLength: 8,
      },
    ),
    fileBytes: fc.constantFrom(1, 40, 10_000),
    finishAfter: fc.nat({ max: 8 }),
  }),
);

describe("an export of any records", () => {
  it("gives back the last of each ID bit for bit, in byte order, in one writing or two", async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ dimension, batches, fileBytes, finishAfter }) => {
        await inScratch(async (root) => {
          const expected = new Map<string, Map<string, ExportRecord>>();
          const open = () => ExportWriter.open(root, { ...content, dimension }, made);
          let writer = await open();
          for (const [index, [namespace, records]] of batches.entries()) {
            if (index === finishAfter) {
              await writer.finish({ fileBytes });
              writer = await open();
            }
            expect((await writer.write(namespace, records)).rejected).toEqual([]);
            if (records.length === 0) continue;
            const held = expected.get(namespace) ?? new Map();
            for (const each of records) held.set(each.id, each);
            expected.set(namespace, held);
          }
          const sorted = (namespace: string) =>
            [...(expected.get(namespace)?.values() ?? [])].sort((one, other) => byBytes(one.id, other.id));
          for (const namespace of expected.keys()) {
            const ids = sorted(namespace).map(({ id }) => id);
            expect(await collected(writer.ids(namespace))).toEqual(ids);
            expect(await writer.count(namespace)).toBe(ids.length);
            expect((await writer.fetchRecords(namespace, ids)).records.map(bits)).toEqual(sorted(namespace).map(bits));
          }
          const manifest = await writer.finish({ fileBytes });
          expect(manifest.namespaces.map(({ name }) => name).sort()).toEqual([...expected.keys()].sort());
          for (const namespace of expected.keys())
            expect((await recordsIn(root, namespace)).map(bits)).toEqual(sorted(namespace).map(bits));
        });
      }),
      { numRuns: Number(process.env.PORTAGE_PROPERTY_RUNS ?? 8) },
    );
  });
});

/** Typed arrays as their bits: −0 is another number than 0 here. */
function bits({ id, metadata, values, sparse: vector }: ExportRecord) {
  const hex = (array: Float32Array | Uint32Array | undefined | null) =>
    array ? Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("hex") : null;
  return { id, metadata, values: hex(values), indices: hex(vector?.indices), weights: hex(vector?.values) };
}

describe("a listing and a fetch", () => {
  it("begin after a cursor and at a prefix, and tell what is missing", async () => {
    await inScratch(async (root) => {
      const ids = ["a", "b", "b1", "b2", "c", "é", "😀"];
      const writer = await ExportWriter.open(root, content, made);
      await writer.write("one", ids.map((id) => record(id)).reverse());
      await writer.finish({ fileBytes: 30 });
      const folder = await ExportFolder.open(root);
      expect(folder.manifest.namespaces[0]?.files.length).toBeGreaterThan(1);
      expect(await collected(folder.ids("one"))).toEqual(ids);
      expect(await collected(folder.ids("one", { after: "b1" }))).toEqual(["b2", "c", "é", "😀"]);
      expect(await collected(folder.ids("one", { prefix: "b" }))).toEqual(["b", "b1", "b2"]);
      expect(await collected(folder.ids("one", { prefix: "b", after: "b" }))).toEqual(["b1", "b2"]);
      expect(await collected(folder.ids("other"))).toEqual([]);
      const { records, missing } = await folder.fetchHeads("one", ["😀", "zz", "a", "b0"]);
      expect(records.map(({ id }) => id)).toEqual(["😀", "a"]);
      expect(missing).toEqual(["zz", "b0"]);
      await folder.close();
    });
  });

  it("refuses single records that can't be held, and keeps the others", async () => {
    await inScratch(async (root) => {
      const writer = await ExportWriter.open(root, content, made);
      const { accepted, rejected } = await writer.write("one", [
        record("sound"),
        record("short", { values: Float32Array.of(1) }),
        record("\ud800"),
        record("x".repeat(4001)),
        record("none", { values: null }),
      ]);
      expect(accepted).toEqual(["sound"]);
      expect(rejected.map(({ detail }) => detail)).toEqual([
        "Its vector has 1 values, and the index 3.",
        "Its ID holds half of a surrogate pair, which no text file can hold.",
        "Its ID is longer than 4,000 bytes.",
        "Its vector has 0 values, and the index 3.",
      ]);
      expect((await writer.finish()).namespaces[0]?.count).toBe(1);
    });
  });
});
