import { cx } from "@/components/ui/cx";
import { Count } from "@/components/ui/figure";
import { NamespaceName } from "@/components/ui/identifier";
import { SidesLine } from "@/components/ui/sides-bar";
import { Cell } from "@/components/ui/table";
import { knownParts } from "@/components/words/namespace-parts";
import { differenceFigure, differenceOf, differenceSentence } from "@/lib/shapes/namespaces/difference";
import type { NamespaceRow } from "@/lib/shapes/namespaces/namespaces";

/** The picture of a namespace: by its last comparison, else by its counts, of which none says that what both sides hold is the same. */
export function RowPicture({ row }: { row: NamespaceRow }) {
  if (differenceOf(row).word === "counts-shared") return <span className="text-quiet">–</span>;
  return <SidesLine {...knownParts(row)} tense="place" />;
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

/** The target's count; quieter where it is of several namespaces together. */
export function TargetCount({ row }: { row: Pick<NamespaceRow, "target" | "gathers"> }) {
  if (row.gathers === undefined) return <SideCount count={row.target} />;
  return (
    <span className="text-quiet" title={`Of ${row.gathers.toLocaleString("en-US")} namespaces together`}>
      <SideCount count={row.target} />
    </span>
  );
}

/** Said over a table in which counts of the target are of several rows together; nothing otherwise. */
export function GatheredNote({ rows }: { rows: readonly (NamespaceRow | undefined)[] }) {
  const row = rows.find((one) => one?.gathers !== undefined);
  if (row?.gathers === undefined) return null;
  return (
    <p className="mb-2 text-sm text-quiet">
      The route writes {row.gathers.toLocaleString("en-US")} namespaces into{" "}
      <NamespaceName name={row.writtenAs ?? row.name} />: its count is of all of them together.
    </p>
  );
}

export function SideCount({ count }: { count: NamespaceRow["source"] }) {
  return <Count value={count?.value ?? null} exact={count?.exact ?? true} short />;
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
        <TargetCount row={row} />
      </Cell>
    </>
  );
}
