import fc from "fast-check";
import { expect, test } from "vitest";
import { commonRates as rates } from "../testing";
import { estimateMirror, estimateWork } from "./estimate";

test("a million records of 300 tokens and 2 KB cost about $45 to embed and $56 to write", () => {
  const million = 1_000_000;
  const work = {
    sourceIds: million,
    targetIds: 0,
    creates: million,
    written: million,
    texts: million,
    tokens: 300 * million,
    metadataBytes: 2000 * million,
  };
  const estimate = estimateWork(work, rates);
  expect(estimate.usd.embedding).toBeCloseTo(45);
  expect(estimate.usd.writes).toBeGreaterThan(54);
  expect(estimate.usd.writes).toBeLessThan(60);
  expect(estimate.usd.reads).toBeGreaterThan(1.6);
  expect(estimate.usd.total).toBeCloseTo(estimate.usd.embedding + estimate.usd.reads + estimate.usd.writes);
  expect(estimate.seconds).toBe(20_000);
});

test("nothing to create embeds and writes nothing", () => {
  const estimate = estimateWork(
    { sourceIds: 500, targetIds: 500, creates: 0, written: 0, texts: 0, tokens: 0, metadataBytes: 0 },
    rates,
  );
  expect(estimate.requests).toEqual({
    "source.list": 5,
    "target.list": 5,
    "source.fetch": 0,
    "target.fetch": 0,
    embed: 0,
    "target.upsert": 0,
  });
  expect(estimate.usd.embedding).toBe(0);
  expect(estimate.usd.writes).toBe(0);
});

test("a daily allowance stretches the time over days", () => {
  const work = {
    sourceIds: 2500,
    targetIds: 0,
    creates: 2500,
    written: 2500,
    texts: 2500,
    tokens: 2500,
    metadataBytes: 2500,
  };
  expect(estimateWork(work, { ...rates, requestsPerDay: 1000 }).seconds).toBe(2 * 86_400);
});

test("more texts never cost less, take fewer requests or less time", () => {
  const amount = fc.integer({ min: 0, max: 100_000 });
  fc.assert(
    fc.property(amount, amount, (a, b) => {
      const of = (texts: number) =>
        estimateWork(
          {
            sourceIds: texts,
            targetIds: 0,
            creates: texts,
            written: texts,
            texts,
            tokens: texts * 250,
            metadataBytes: texts * 1500,
          },
          rates,
        );
      const less = of(Math.min(a, b));
      const more = of(Math.max(a, b));
      expect(more.usd.total).toBeGreaterThanOrEqual(less.usd.total);
      expect(more.seconds).toBeGreaterThanOrEqual(less.seconds);
      expect(more.requests["target.upsert"]).toBeGreaterThanOrEqual(less.requests["target.upsert"] ?? 0);
    }),
  );
});

test("updates of metadata alone embed nothing, and pay for what they overwrite as well", () => {
  const work = { creates: 0, updates: 1000, texts: 0, tokens: 0, metadataBytes: 2_000_000 };
  const estimate = estimateMirror(work, rates);
  // 3,072 dimensions and 2 KB are 14 KB, and each is charged twice.
  expect(estimate.usd.writes).toBeCloseTo((2 * 1000 * 14 * 4) / 1e6);
  expect(estimate).toMatchObject({
    texts: 0,
    usd: { embedding: 0 },
    requests: { embed: 0, "source.list": 0 },
  });
  expect([estimate.requests["source.fetch"], estimate.requests["target.fetch"]]).toEqual([10, 10]);
});

test("what is embedded is read twice on either side, before it is paid for and before it is written", () => {
  const estimate = estimateMirror(
    { creates: 500, updates: 500, texts: 1000, tokens: 300_000, metadataBytes: 1 },
    rates,
  );
  expect(estimate.requests).toMatchObject({ "source.fetch": 20, "target.fetch": 20, embed: 10 });
  expect(estimate.usd.embedding).toBeCloseTo(0.045);
});

test("nothing to do costs nothing", () => {
  const estimate = estimateMirror({ creates: 0, updates: 0, texts: 0, tokens: 0, metadataBytes: 0 }, rates);
  expect([estimate.usd.total, estimate.seconds, estimate.bytes.written]).toEqual([0, 0, 0]);
});

test("each end is priced by its own prices, and its requests are called by its own service", () => {
  const work = {
    sourceIds: 1000,
    targetIds: 1000,
    creates: 1000,
    written: 1000,
    texts: 0,
    tokens: 0,
    metadataBytes: 1,
  };
  const estimate = (source: number, target: number) =>
    estimateWork(work, {
      ...rates,
      prices: { ...rates.prices, perMillionReadUnits: source, perMillionTargetReadUnits: target },
      services: { source: "Chroma folder", target: "Pinecone", embedder: "Gemini" },
    });
  // A listing of 1,000 is 10 requests; the source is fetched for 100 units, the target looked at for 10.
  expect(estimate(1_000_000, 0).usd.reads).toBeCloseTo(110);
  expect(estimate(0, 1_000_000).usd.reads).toBeCloseTo(20);
  expect(estimate(0, 16).labels).toMatchObject({
    "source.list": "Chroma folder list (source)",
    "target.upsert": "Pinecone upsert",
    embed: "Gemini embed",
  });
  // What costs nothing isn't told in the units of a service that it isn't of.
  const { basis } = estimate(0, 16);
  expect(basis).toMatch(/^20 read units of the target at \$16 a million; [\d,]+ write units at /);
  expect(basis).not.toMatch(/tokens|of the source|\$0 /);
});

test("a number of a vector takes what its side's protocol makes of it: JSON twelve bytes, a table or a file four", () => {
  const work = { creates: 0, updates: 1000, texts: 0, tokens: 0, metadataBytes: 0 };
  const read = (floatBytes?: { source: number; target: number }) =>
    estimateMirror(work, { ...rates, floatBytes }).bytes;
  const [json, mixed] = [read(), read({ source: 12, target: 4 })];
  expect(json.read - mixed.read).toBe(1000 * rates.targetDimension * 8);
  expect(json.written - mixed.written).toBe(1000 * rates.targetDimension * 8);
});

test("bytes of a side that bills egress are told, and priced where a rate is set; those of a folder aren't", () => {
  const work = { creates: 1000, updates: 0, texts: 1000, tokens: 1000, metadataBytes: 1_000_000 };
  const estimate = (perGbEgress: number | null, perGbTargetEgress: number | null = null) =>
    estimateMirror(work, { ...rates, prices: { ...rates.prices, perGbEgress, perGbTargetEgress } });
  const [folder, unpriced, priced] = [estimate(null), estimate(0), estimate(100)];
  expect(folder.bytes).toEqual({ ...unpriced.bytes, egress: 0 });
  expect(unpriced.bytes.egress).toBe(unpriced.bytes.read);
  expect([folder.basis, unpriced.basis, priced.basis].map((basis) => /egress/.test(basis))).toEqual([
    false,
    true,
    true,
  ]);
  expect(unpriced.basis).toContain("no rate is set");
  expect(unpriced.usd).toEqual(folder.usd);
  expect(priced.usd.reads).toBe(unpriced.usd.reads);
  expect(priced.usd.egress).toBeCloseTo(((priced.bytes.egress ?? 0) / 1e9) * 100);
  expect(priced.usd.total).toBeCloseTo(unpriced.usd.total + (priced.usd.egress ?? 0));
  const updates = estimateMirror(
    { ...work, creates: 0, updates: 1000 },
    {
      ...rates,
      prices: { ...rates.prices, perGbEgress: 100, perGbTargetEgress: 0 },
      services: { source: "Pinecone", target: "Pinecone documents", embedder: "Gemini" },
    },
  );
  // By service: what has no rate is told by its bytes all the same.
  expect(updates.egress).toMatchObject([
    { side: "source", service: "Pinecone", usd: updates.usd.egress },
    { side: "target", service: "Pinecone documents", usd: null },
  ]);
  expect(updates.egress?.map(({ bytes }) => bytes).reduce((a, b) => a + b)).toBe(updates.bytes.egress);
});
