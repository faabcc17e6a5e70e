import { cx } from "./cx";

/** Holds the place of what is being loaded, in its final size; shows itself after 150 ms. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx("block animate-appear rounded-sm bg-sunken", className)} />;
}

/** Rows of a table that is being loaded. */
export function SkeletonRows({ rows, columns }: { rows: number; columns: number }) {
  return Array.from({ length: rows }, (_, row) => (
    <tr key={`row-${row.toString()}`} className="border-b border-line last:border-b-0">
      {Array.from({ length: columns }, (_, column) => (
        <td key={`column-${column.toString()}`} className="h-8 px-3">
          <Skeleton className={column === 0 ? "h-3 w-40" : "ml-auto h-3 w-14"} />
        </td>
      ))}
    </tr>
  ));
}
