import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePrint, decodePrints, encodePrint, encodePrints } from "@/lib/documents/clearance/print";
import type { DocumentHead, Held } from "@/lib/documents/contract";
import { Digest } from "@/lib/plan/digest";
import { type ClearanceSettings, clearanceSettingsSchema } from "@/lib/shapes/documents/clearance";
import { type Bucket, chunkOf, emptyBucket } from "./plan-chunk";
import { documentSorter, type PlannedDocument } from "./plan-sort";
import { hashedSet, setPrints } from "./reviewed-print";

const settings = (request: object): ClearanceSettings =>
  clearanceSettingsSchema.parse({
    kind: "clearance",
    target: ["documents"],
    indices: [
      { name: "one", uuid: "u1" },
      { name: "two", uuid: null },
    ],
    request: { value: 1, ...request },
    batchDocuments: 1000,
    batchBytes: 5_000_000,
    requestsAtOnce: 4,
    documentsPerSecond: null,
    verifySample: 200,
    verifyFull: false,
  });

const held: fc.Arbitrary<Held> = fc.oneof(
  fc.constant<Held>({ state: "absent" }),
  fc
    .oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom("1", " 1", "high", ""), fc.boolean())
    .map((value): Held => ({ state: "value", value })),
  fc.constant<Held>({ state: "other", words: "it is a list" }),
);
const text = fc.string({ unit: "binary", maxLength: 12 });
const head: fc.Arbitrary<DocumentHead> = fc.record({
  index: fc.constantFrom("one", "two"),
  id: text,
  routing: fc.option(text),
  seqNo: fc.nat(),
  primaryTerm: fc.nat(),
  held,
  namespace: fc.option(fc.constantFrom("", "alpha", "beta\nline")),
  found: fc.boolean(),
});
const heads = fc.uniqueArray(head, { selector: ({ index, id }) => `${index}/${id}`, maxLength: 60 });
const requests = fc.constantFrom(
  { documents: "missing" },
  { documents: "every" },
  { documents: "every", overwrite: true },
);
const sizeOf = () => 100;

/** What was planned, cut into chunks as `cut` says. */
function chunksOf(planned: readonly PlannedDocument[], cut: (at: number) => number): Bucket[] {
  const buckets = new Map<string, Bucket>();
  for (const [at, document] of planned.entries()) {
    const name = `${cut(at)} ${document.namespace}`;
    const bucket = buckets.get(name) ?? emptyBucket(document.namespace);
    buckets.set(name, bucket);
    if (document.kind === "create") bucket.creates.push(document);
    else if (document.kind === "update") bucket.updates.push(document);
    else if (document.kind === "problem") bucket.problems.push(document);
    else bucket.unchanged++;
  }
  return [...buckets.values()];
}

function hashOf(buckets: readonly Bucket[]): string {
  const digest = new Digest();
  for (const bucket of buckets) digest.addAll(chunkOf(bucket).digest);
  return digest.toString();
}

describe("sorting documents into a plan", () => {
  it("writes nothing over a value that somebody set, unless that was asked for", () => {
    fc.assert(
      fc.property(head, requests, (document, request) => {
        const planned = documentSorter(settings(request), sizeOf)(document);
        const overwrites = "overwrite" in request;
        if (document.held.state === "other") expect(planned.kind).toBe("problem");
        if (planned.kind === "update") expect([overwrites, document.held.state]).toEqual([true, "value"]);
        if (planned.kind === "create" && document.held.state === "value")
          // Searches don't find the right value: it is written again as it is.
          expect([document.found, Number(document.held.value)]).toEqual([false, 1]);
        if (document.held.state === "value" && !document.found) expect(planned.kind).not.toBe("kept");
        if (planned.kind === "update")
          expect(planned.change.differences[0]?.target).toBe(document.held.state === "value" && document.held.value);
      }),
    );
  });

  it("keeps the version that was seen as the fence of the write", () => {
    fc.assert(
      fc.property(head, requests, (document, request) => {
        const planned = documentSorter(settings(request), sizeOf)(document);
        if (planned.kind !== "create" && planned.kind !== "update") return;
        const { seqNo, primaryTerm, routing, index } = document;
        expect(decodePrint(planned.print)).toEqual({ index: index === "one" ? 0 : 1, seqNo, primaryTerm, routing });
      }),
    );
  });

  it("gives the same hash and the same counts however the documents come and are cut into chunks", () => {
    fc.assert(
      fc.property(heads, requests, fc.infiniteStream(fc.nat(4)), (documents, request, cuts) => {
        const sort = documentSorter(settings(request), sizeOf);
        const whole = chunksOf(documents.map(sort), () => 0);
        const cut = chunksOf(documents.toReversed().map(sort), () => cuts.next().value ?? 0);
        expect(hashOf(cut)).toBe(hashOf(whole));
        const counted = (buckets: readonly Bucket[], list: "creates" | "updates" | "problems") =>
          buckets.reduce((sum, bucket) => sum + bucket[list].length, 0);
        for (const list of ["creates", "updates", "problems"] as const)
          expect(counted(cut, list)).toBe(counted(whole, list));
      }),
    );
  });

  it("gives another hash for another value, another document, and another present value", () => {
    const base: DocumentHead = {
      ...{ index: "one", id: "a", routing: null, seqNo: 1, primaryTerm: 1, namespace: "alpha" },
      held: { state: "value", value: 3 },
      found: true,
    };
    const overwriting = { documents: "every", overwrite: true };
    const hash = (request: object, document: DocumentHead) =>
      hashOf(chunksOf([documentSorter(settings(request), sizeOf)(document)], () => 0));
    const hashes = [
      hash(overwriting, base),
      hash({ ...overwriting, value: 2 }, base),
      hash(overwriting, { ...base, index: "two" }),
      hash(overwriting, { ...base, held: { state: "value", value: 4 } }),
      hash(overwriting, { ...base, held: { state: "absent" } }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hash(overwriting, { ...base, seqNo: 9, primaryTerm: 2, routing: "elsewhere" })).toBe(hashes[0]);
  });

  it("can take any create out of the hash again, by what is stored of it", () => {
    fc.assert(
      fc.property(heads, (documents) => {
        const request = settings({ documents: "every" });
        for (const bucket of chunksOf(documents.map(documentSorter(request, sizeOf)), () => 0)) {
          const { changes, prints, digest } = chunkOf({ ...bucket, updates: [] });
          const left = new Digest(digest);
          const printAt = setPrints(request, prints);
          for (const [position, { id }] of changes.creates.entries())
            left.remove(...hashedSet(bucket.namespace, id, printAt(position)));
          expect(left.toString()).toBe(new Digest().toString());
        }
      }),
    );
  });

  it("refuses a document of an index that the plan doesn't know", () => {
    const arrived: DocumentHead = {
      ...{ index: "three", id: "a", routing: null, seqNo: 1, primaryTerm: 1, namespace: null },
      held: { state: "absent" },
      found: false,
    };
    expect(() => documentSorter(settings({}), sizeOf)(arrived)).toThrow(/three came to the chosen names/);
  });
});

describe("the version of a document in a line", () => {
  it("comes out as it went in, whatever the routing holds", () => {
    const print = fc.record({ index: fc.nat(), seqNo: fc.nat(), primaryTerm: fc.nat(), routing: fc.option(text) });
    fc.assert(
      fc.property(fc.array(print), (prints) => {
        expect(decodePrints(encodePrints(prints))).toEqual(prints);
        for (const one of prints) expect(encodePrint(one)).not.toContain("\n");
      }),
    );
  });

  it("is refused when it isn't one", () => {
    for (const line of ["", "1,2", '"a",1,2', "1,2,3,4"]) expect(() => decodePrint(line)).toThrow();
  });
});
