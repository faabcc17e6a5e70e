import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  atEdge,
  type LongFrame,
  lastTop,
  placeOf,
  revealing,
  rowsIn,
  scrolled,
  shownHeight,
  tallest,
  topOf,
} from "./long-scroll";

const frames = fc.record({
  count: fc.integer({ min: 1, max: 20_000_000 }),
  rowHeight: fc.constantFrom(32, 44, 56),
  headHeight: fc.constantFrom(0, 33),
  viewport: fc.integer({ min: 200, max: 1600 }),
}) satisfies fc.Arbitrary<LongFrame>;
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe("scrolling a list of any length", () => {
  it("never needs an element higher than browsers can show, and reaches both ends", () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(shownHeight(frame)).toBeLessThanOrEqual(tallest);
        expect(topOf(frame, 0)).toBe(0);
        expect(topOf(frame, shownHeight(frame) + frame.headHeight)).toBeCloseTo(lastTop(frame), 3);
        expect(rowsIn(frame, lastTop(frame), 0).last).toBe(frame.count - 1);
        expect(rowsIn(frame, 0, 0).first).toBe(0);
      }),
    );
  });

  it("goes there and back between the scrollbar and the list", () => {
    fc.assert(
      fc.property(frames, share, (frame, at) => {
        const top = at * lastTop(frame);
        expect(topOf(frame, placeOf(frame, top))).toBeCloseTo(top, 2);
      }),
    );
  });

  it("moves as far as the wheel does, however long the list is, and by the share of the list where the bar is dragged", () => {
    fc.assert(
      fc.property(frames, share, fc.integer({ min: -300, max: 300 }), (frame, at, wheel) => {
        const top = at * lastTop(frame);
        const place = placeOf(frame, top);
        const after = scrolled(frame, { top, place }, place + wheel);
        expect(after).toBeCloseTo(Math.min(lastTop(frame), Math.max(0, top + wheel)), 2);
        const dragged = placeOf(frame, (1 - at) * lastTop(frame));
        if (Math.abs(dragged - place) > 2 * frame.viewport)
          expect(scrolled(frame, { top, place }, dragged)).toBeCloseTo((1 - at) * lastTop(frame), 2);
      }),
    );
  });

  it("notices before the scrollbar ends and rows are left", () => {
    const frame: LongFrame = { count: 1_000_000, rowHeight: 32, headHeight: 33, viewport: 800 };
    expect(atEdge(frame, { top: 50_000, place: 10 })).toBe(true);
    expect(atEdge(frame, { top: 0, place: 0 })).toBe(false);
    expect(atEdge(frame, { top: 16_000_000, place: 6_000_000 })).toBe(false);
  });

  it("reveals a row in full, and doesn't move where it is in full already", () => {
    fc.assert(
      fc.property(frames, share, share, (frame, at, which) => {
        fc.pre(frame.viewport > 2 * frame.rowHeight + frame.headHeight);
        const index = Math.min(frame.count - 1, Math.floor(which * frame.count));
        const top = revealing(frame, at * lastTop(frame), index);
        const upper = index * frame.rowHeight - top;
        expect(upper).toBeGreaterThanOrEqual(-0.01);
        expect(upper + frame.rowHeight).toBeLessThanOrEqual(frame.viewport - frame.headHeight + 0.01);
        expect(revealing(frame, top, index)).toBe(top);
      }),
    );
  });
});
