/**
 * Scrolling through more rows than a browser can make an element high for (Firefox ends at some 17.8 million pixels, Chromium at
 * 33.5 million). `top` is the place in the list, in pixels as if the list had its true height; `place` is where the frame's own
 * scrollbar stands. While both heights are the same, so are the two.
 */
export type LongFrame = { count: number; rowHeight: number; headHeight: number; viewport: number };

/** Higher lists are shown in an element of this height. Pixels. */
export const tallest = 12_000_000;
/** A single scroll of more windows than this is a jump: the scrollbar was dragged. */
const jumpWindows = 2;

const rowsHeight = ({ count, rowHeight }: LongFrame) => count * rowHeight;
/** Height of all rows as the element has it. */
export const shownHeight = (frame: LongFrame): number => Math.min(tallest, rowsHeight(frame));
export const lastTop = (frame: LongFrame): number => Math.max(0, rowsHeight(frame) + frame.headHeight - frame.viewport);
const lastPlace = (frame: LongFrame): number => Math.max(0, shownHeight(frame) + frame.headHeight - frame.viewport);

/** Where the scrollbar stands for a place in the list. */
export function placeOf(frame: LongFrame, top: number): number {
  const last = lastTop(frame);
  return last === 0 ? 0 : (Math.min(last, Math.max(0, top)) / last) * lastPlace(frame);
}

/** The place in the list that the scrollbar's place stands for. */
export function topOf(frame: LongFrame, place: number): number {
  const last = lastPlace(frame);
  return last === 0 ? 0 : (Math.min(last, Math.max(0, place)) / last) * lastTop(frame);
}

/**
 * The place in the list after the scrollbar went from one place to another: a wheel or a finger moves the rows as far as it moved
 * itself, a scrollbar that is dragged goes to its share of the list.
 */
export function scrolled(frame: LongFrame, before: { top: number; place: number }, place: number): number {
  if (lastTop(frame) === lastPlace(frame)) return topOf(frame, place);
  const moved = place - before.place;
  if (Math.abs(moved) > jumpWindows * frame.viewport) return topOf(frame, place);
  return Math.min(lastTop(frame), Math.max(0, before.top + moved));
}

/** True where the scrollbar is about to end before the list does, or the other way round: it has to be put right at once. */
export function atEdge(frame: LongFrame, at: { top: number; place: number }): boolean {
  const last = lastPlace(frame);
  const near = at.place < frame.viewport || at.place > last - frame.viewport;
  return near && Math.abs(placeOf(frame, at.top) - at.place) > 1;
}

/** The rows that are in the window, with some around them. */
export function rowsIn(frame: LongFrame, top: number, around: number): { first: number; last: number } {
  const { rowHeight, viewport, headHeight, count } = frame;
  const first = Math.floor(top / rowHeight) - around;
  const last = Math.ceil((top + viewport - headHeight) / rowHeight) - 1 + around;
  return { first: Math.max(0, Math.min(first, count - 1)), last: Math.min(count - 1, last) };
}

/** The place in the list at which a row is in full in the window, nearest to where it stands. */
export function revealing(frame: LongFrame, top: number, index: number): number {
  const { rowHeight, viewport, headHeight } = frame;
  const upper = index * rowHeight;
  const lower = upper + rowHeight + headHeight - viewport;
  return Math.min(lastTop(frame), Math.max(0, Math.min(upper, Math.max(top, lower))));
}
