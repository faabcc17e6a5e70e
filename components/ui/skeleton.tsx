import { cx } from "./cx";

/** Holds the place of what is being loaded, in its final size; shows itself after 150 ms. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx("block animate-appear rounded-sm bg-sunken", className)} />;
}

/** Rows of a table that is being loaded; two columns are as many as every table has on a phone. */
export function SkeletonRows({ rows }: { rows: number }) {
  return Array.from({ length: rows }, (_, row) => (
    <tr key={`row-${row.toString()}`} className="border-b border-line last:border-b-0">
      <td colSpan={2} className="h-8 px-3">
        <Skeleton className="h-3 w-48 max-w-full" />
      </td>
    </tr>
  ));
}
