import { describe, expect, it } from "vitest";
import { aloneAt, axisEnd, breaksOf, paceOf } from "./pace";

const sample = (second: number, written: number) => ({
  at: new Date(1_700_000_000_000 + second * 1000).toISOString(),
  written,
  unchanged: 0,
  skipped: 0,
  failed: 0,
  texts: 0,
  tokens: 0,
});

describe("the axis of a run's chart", () => {
  it("ends at a label that isn't below the peak", () => {
    expect([0, 5, 81, 100, 101, 238, 351, 391].map(axisEnd)).toEqual([6, 6, 100, 100, 150, 300, 400, 400]);
  });
});

it("finds the values that a line shows nothing of", () => {
  expect(aloneAt([1, 2, null, 624])).toEqual([3]);
  expect(aloneAt([5, null, 1, 2, null, 3, null])).toEqual([0, 5]);
  expect(aloneAt([1, 2, 3])).toEqual([]);
  expect(aloneAt([])).toEqual([]);
});

describe("the pace of a run", () => {
  it("is what was done over the last five seconds, by the time that they took", () => {
    const pace = paceOf([sample(0, 0), sample(2, 100), sample(4, 300), sample(8, 300)]);
    expect(pace.written).toEqual([50, 75, 0]);
    expect(pace.peak).toBe(75);
  });

  it("reaches back to the sample before where an old run's samples are sparse", () => {
    const hours = 36_000;
    const samples = [sample(0, 0), sample(hours, 0), sample(hours + 60, 600), sample(hours + 120, 1800)];
    expect(paceOf(samples).written).toEqual([null, 10, 20]);
  });

  it("has a gap where nothing ran, as long as nothing ran", () => {
    const pace = paceOf([sample(0, 0), sample(2, 100), sample(4, 200), sample(604, 200), sample(606, 300)]);
    expect(pace.written).toEqual([50, 50, null, 50]);
  });

  it("has a gap where it was paused, however shortly", () => {
    const samples = [sample(0, 0), sample(2, 100), sample(6, 100), sample(8, 200)];
    const paused = (second: number) => paceOf(samples, { resumed: [sample(second, 0).at] }).written;
    expect(paused(6)).toEqual([50, null, 50]);
    expect(paused(20)).toEqual([50, 0, 50]);
  });

  it("has a gap where a worker was lost or stopped until another one came, and none where one joins beside it", () => {
    const timeline = [
      { code: "worker-joined", at: sample(0, 0).at },
      { code: "taken-over", at: sample(5, 0).at },
    ];
    const lost = [sample(0, 0), sample(1, 50), sample(2, 100), sample(5.5, 100), sample(6.5, 150)];
    expect(paceOf(lost).written).not.toContain(null);
    expect(paceOf(lost, breaksOf(timeline)).written).toEqual([50, 50, null, 50]);
    const beside = [sample(0, 0), sample(4, 200), sample(5.5, 275)];
    expect(paceOf(beside, breaksOf(timeline)).written).toEqual([50, 50]);
  });

  it("makes no rate from one sample, from two at the same moment, or from counts that went down", () => {
    expect(paceOf([]).at).toEqual([]);
    expect(paceOf([sample(0, 5)]).peak).toBe(0);
    expect(paceOf([sample(1, 5), sample(1, 9)]).written).toEqual([]);
    expect(paceOf([sample(0, 10), sample(1, 4)]).written).toEqual([0]);
  });
});
