import { cx } from "@/components/ui/cx";
import { Count } from "@/components/ui/figure";
import { ShoresLine } from "@/components/ui/shores-bar";
import { Cell } from "@/components/ui/table";
import { differenceWords } from "@/components/words/figures";
import { partsOfCounts } from "@/components/words/plan";
import type { NamespaceRow } from "@/lib/shapes/namespaces";

/** The picture of a namespace of which only counts are known. */
export function RowPicture({ row }: { row: NamespaceRow }) {
  return <ShoresLine parts={partsOfCounts(row.source?.value ?? 0, row.target?.value ?? 0)} tense="place" />;
}

/** What is still to come (`+`), or what only the target has (`-`). */
export function Difference({ row }: { row: NamespaceRow }) {
  const source = row.source?.value ?? 0;
  const target = row.target?.value ?? 0;
  return (
    <span className={cx("figures", source > target ? "text-create" : source < target ? "text-orphan" : "text-quiet")}>
      {differenceWords(source, target)}
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

/** A row's picture and the counts of both shores, where the window is wide enough for them. */
export function ShoreCells({ row, picture }: { row: NamespaceRow; picture: "sm" | "md" }) {
  return (
    <>
      <Cell className={picture === "sm" ? "hidden sm:table-cell" : "hidden md:table-cell"}>
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
