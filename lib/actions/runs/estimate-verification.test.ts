import { afterEach, expect, it } from "vitest";
import { verificationEstimateSchema } from "@/lib/shapes/runs/estimate";
import { parseInput } from "../verbs/parse-input";
import { openTestContext } from "../verbs/testing";
import { estimateVerification, estimateVerificationInput } from "./estimate-verification";

let close = async () => {};
afterEach(() => close());

it("says before a verification what comparing a sample or every record reads, of one namespace, a run's, or all", async () => {
  const opened = await openTestContext({ source: { a: 2500, b: 30, c: 5 }, target: { a: 2400, b: 40 } });
  close = opened.close;
  const ask = async (input: object) => {
    const answer = await estimateVerification(opened.ctx, parseInput(estimateVerificationInput, input));
    expect(verificationEstimateSchema.parse(answer)).toEqual(answer);
    return answer;
  };
  const all = await ask({ full: true });
  expect(all).toMatchObject({ namespaces: 3, records: 2430, compared: 2430 });
  const sampled = await ask({});
  expect(sampled).toMatchObject({ namespaces: 3, records: 2430, compared: 230 });
  // Both list as much; what is fetched differs by the records, on both sides.
  expect(all.requests).toBeGreaterThan(sampled.requests);
  expect(all.usd).toBeGreaterThan(sampled.usd);
  expect(all.bytes).toBeGreaterThan(sampled.bytes);
  expect(await ask({ full: true, name: "b" })).toMatchObject({ namespaces: 1, records: 30, compared: 30 });
  expect(await ask({ full: true, name: "gone" })).toMatchObject({ namespaces: 0, records: 0, usd: 0 });
});
