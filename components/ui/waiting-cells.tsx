import { Skeleton } from "./skeleton";
import { Cell } from "./table";

const shownFrom = {
  phone: undefined,
  sm: "hidden sm:table-cell",
  md: "hidden md:table-cell",
  lg: "hidden lg:table-cell",
} as const;

/** A cell by the width of window from which on it is shown, and the size and place of its bar. */
export type WaitingCell = readonly [from: keyof typeof shownFrom, bar: string];

/** The cells of a row that is being fetched, as wide as what comes. */
export function WaitingCells({ of }: { of: readonly WaitingCell[] }) {
  return of.map(([from, bar], at) => (
    <Cell key={`${from} ${at.toString()}`} className={shownFrom[from]}>
      <Skeleton className={bar} />
    </Cell>
  ));
}
