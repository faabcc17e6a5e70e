import fc from "fast-check";
import { expect, test } from "vitest";
import { clearanceRequestSchema } from "@/lib/documents/clearance/request";
import type { Held, UpdateOutcome } from "@/lib/documents/contract";
import { afterLook, afterUpdate, type Errand } from "./apply-outcome";

const missingOnly = clearanceRequestSchema.parse({ value: 1 });
const overwriting = clearanceRequestSchema.parse({ value: 1, documents: "every", overwrite: true });
const errand: Errand = {
  position: { namespace: "n", sequence: 0, position: 0 },
  namespace: "n",
  key: { index: "documents", id: "a", routing: null },
  seqNo: 4,
  primaryTerm: 1,
  reviewed: null,
  rewrite: false,
};
const now = (held: Held) => ({ ...errand.key, seqNo: 9, primaryTerm: 2, held });
const value = (of: string | number | boolean) => now({ state: "value", value: of });
const absent = now({ state: "absent" });
const again = { errand: { ...errand, seqNo: 9, primaryTerm: 2 } };

test("every outcome of an update leads on: ends, is looked at again, waits, or stops the run", () => {
  const refused = (scope: "document" | "index"): UpdateOutcome => ({
    state: "refused",
    reason: "mapping-refused",
    scope,
    detail: "no",
  });
  const outcomes: UpdateOutcome[] = [
    { state: "updated" },
    { state: "noop" },
    { state: "conflict" },
    { state: "missing" },
    { state: "throttled", detail: "queue" },
    { state: "unavailable", detail: "shard" },
    refused("document"),
    refused("index"),
  ];
  expect(outcomes.map((outcome) => afterUpdate(outcome))).toMatchObject([
    { next: "end", ended: { outcome: "written", finding: null } },
    { next: "end", ended: { outcome: "unchanged", finding: null } },
    { next: "look" },
    { next: "gone" },
    { next: "again", code: "throttled", detail: "queue" },
    { next: "again", code: "unavailable", detail: "shard" },
    {
      next: "refused",
      ended: { outcome: "failed", finding: { kind: "failed", reason: "mapping-refused", detail: "no" } },
    },
    { next: "stop", refusal: { reason: "mapping-refused", detail: "no" } },
  ]);
});

test("what moved but still lacks the value is written under its new fence", () => {
  expect(afterLook(missingOnly, errand, absent, false)).toEqual(again);
  expect(afterLook(overwriting, { ...errand, reviewed: 3 }, absent, false)).toMatchObject({ errand: { seqNo: 9 } });
});

test("what is right by now is left alone, and counts as written where an answer was lost", () => {
  expect(afterLook(missingOnly, errand, value(1), false)).toMatchObject({ ended: { outcome: "unchanged" } });
  expect(afterLook(missingOnly, errand, value("1"), false)).toMatchObject({ ended: { outcome: "unchanged" } });
  expect(afterLook(missingOnly, errand, value(1), true)).toMatchObject({ ended: { outcome: "written" } });
});

test("what is gone, holds a list, or holds another value than was reviewed is left alone with a finding", () => {
  expect(afterLook(missingOnly, errand, null, true)).toMatchObject({
    ended: {
      outcome: "drifted",
      finding: { reason: "target-changed", detail: "It was deleted after the plan was made." },
    },
  });
  expect(afterLook(overwriting, errand, now({ state: "other", words: "it is a list" }), true)).toMatchObject({
    ended: { outcome: "skipped", finding: { reason: "unreadable", detail: "clearance_level: it is a list." } },
  });
  const drifted = { ended: { outcome: "drifted", finding: { kind: "drifted", reason: "target-changed" } } };
  expect(afterLook(missingOnly, errand, value(3), true)).toMatchObject(drifted);
  expect(afterLook(overwriting, errand, value(3), true)).toMatchObject(drifted);
  expect(afterLook(overwriting, { ...errand, reviewed: 2 }, value(3), true)).toMatchObject(drifted);
});

test("only the very value that was reviewed is overwritten, whatever stands there", () => {
  const scalar = fc.oneof(fc.constantFrom(1, 2, 3, "1", "2", "x", true), fc.integer(), fc.string());
  const held = fc.oneof(
    fc.constant<Held>({ state: "absent" }),
    scalar.map((of): Held => ({ state: "value", value: of })),
    fc.constant<Held>({ state: "other", words: "it is a list" }),
  );
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.option(scalar),
      held,
      fc.boolean(),
      fc.boolean(),
      (all, allowed, standing, ours, rewrite) => {
        const request = all ? overwriting : missingOnly;
        // A plan that overwrites nothing has reviewed no value to be overwritten.
        const reviewed = all ? allowed : null;
        const next = afterLook(request, { ...errand, reviewed, rewrite }, now(standing), ours);
        if (!("errand" in next) || standing.state === "absent") return;
        if (standing.state !== "value") throw new Error("a list would be written over");
        const isRight = standing.value === 1 || (typeof standing.value === "string" && Number(standing.value) === 1);
        expect((rewrite && isRight) || (all && reviewed === standing.value)).toBe(true);
      },
    ),
  );
});
