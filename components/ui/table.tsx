import type { ComponentProps } from "react";
import { cx } from "./cx";

/** A table in its frame; what is too wide scrolls inside the frame, never the page. */
export function Table({ label, className, children, ...rest }: ComponentProps<"table"> & { label: string }) {
  return (
    <div className="overflow-x-auto rounded-md border border-line bg-surface">
      <table {...rest} aria-label={label} className={cx("w-full border-collapse text-sm", className)}>
        {children}
      </table>
    </div>
  );
}

export function HeadCell({ className, number, ...rest }: ComponentProps<"th"> & { number?: boolean }) {
  return (
    <th
      scope="col"
      {...rest}
      className={cx(
        "h-8 border-b border-line px-3 text-xs font-medium whitespace-nowrap text-quiet",
        number ? "text-right" : "text-left",
        className,
      )}
    />
  );
}

export function Row({ className, ...rest }: ComponentProps<"tr">) {
  return (
    <tr
      {...rest}
      className={cx(
        "border-b border-line transition-colors duration-150 last:border-b-0 hover:bg-sunken focus-visible:bg-sunken",
        className,
      )}
    />
  );
}

export function Cell({ className, number, ...rest }: ComponentProps<"td"> & { number?: boolean }) {
  return <td {...rest} className={cx("h-8 px-3 py-1", number && "figures text-right whitespace-nowrap", className)} />;
}

/** A heading that sorts: its arrow says how, `aria-sort` says it aloud. */
export function SortHead<Name extends string>({
  name,
  label,
  sort,
  direction,
  onSort,
  number,
  className,
}: {
  name: Name;
  label: string;
  sort: Name;
  direction: "ascending" | "descending";
  onSort(name: Name): void;
  number?: boolean;
  className?: string;
}) {
  const sorted = name === sort;
  const arrow = sorted && (
    <span aria-hidden className={number ? "mr-1" : "ml-1"}>
      {direction === "ascending" ? "↑" : "↓"}
    </span>
  );
  return (
    <HeadCell
      {...(number ? { number } : {})}
      {...(className ? { className } : {})}
      aria-sort={sorted ? direction : "none"}
    >
      <button
        type="button"
        onClick={() => onSort(name)}
        className={cx("rounded-sm hover:text-ink", sorted && "text-ink")}
      >
        {number && arrow}
        {label}
        {!number && arrow}
      </button>
    </HeadCell>
  );
}
