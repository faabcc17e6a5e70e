import { cx } from "@/components/ui/cx";
import { Count } from "@/components/ui/figure";
import { SidesLine } from "@/components/ui/sides-bar";
import { Cell } from "@/components/ui/table";
import { partsOfCounts } from "@/components/words/plan";
import { differenceFigure, differenceOf, differenceSentence } from "@/lib/shapes/namespaces/difference";
import type { NamespaceRow } from "@/lib/shapes/namespaces/namespaces";

/** The picture of a namespace: by its last comparison, else by its counts. */
export function RowPicture({ row }: { row: NamespaceRow }) {
  const { comparison } = row;
  const counts = partsOfCounts(row.source?.value ?? 0, row.target?.value ?? 0);
  const known = comparison && !comparison.changedSince;
  const parts = known
    ? {
        ...comparison,
        unchanged: Math.max(0, (row.source?.value ?? 0) - comparison.create - comparison.update - comparison.problem),
      }
    : counts;
  return <SidesLine parts={parts} tense="place" />;
}

/** How much differs: what the last comparison knows, else what the counts alone say, called that. */
export function Difference({ row }: { row: Pick<NamespaceRow, "source" | "target" | "comparison"> }) {
  const { figure, note } = differenceFigure(row);
  const { word } = differenceOf(row);
  const settled = word === "in-sync" || word === "counts-equal";
  return (
    <span title={differenceSentence(row)} className="whitespace-nowrap">
      <span className="block text-xs text-quiet sm:mr-2 sm:inline">{note}</span>
      <span className={cx("figures", settled && "text-quiet")}>{figure}</span>
    </span>
  );
}

/** Whether both counts are exact, in one word. */
export function isExact(row: NamespaceRow): boolean {
  return (row.source?.exact ?? true) && (row.target?.exact ?? true);
}

export function SideCount({ count }: { count: NamespaceRow["source"] }) {
  return <Count value={count?.value ?? null} />;
}

/** A row's picture and the counts of both sides, where the window is wide enough for them. */
export function SideCells({ row }: { row: NamespaceRow }) {
  return (
    <>
      <Cell className="hidden lg:table-cell">
        <RowPicture row={row} />
      </Cell>
      <Cell number className="hidden sm:table-cell">
        <SideCount count={row.source} />
      </Cell>
      <Cell number className="hidden sm:table-cell">
        <SideCount count={row.target} />
      </Cell>
    </>
  );
}
