import { ChevronDown, Search, X } from "lucide-react";
import { type ComponentProps, type ReactNode, useId } from "react";
import { cx } from "./cx";

const control =
  "h-8 rounded-md border border-control bg-surface text-sm text-ink transition-colors duration-150 disabled:opacity-60 aria-invalid:border-problem-area";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input autoComplete="off" spellCheck={false} {...rest} className={cx(control, "w-full px-2.5", className)} />;
}

/** The browser's own list: at home on every device, with its keys and its screen reader's words. */
export function Select({ className, children, ...rest }: ComponentProps<"select">) {
  return (
    <span className={cx("relative inline-flex", className)}>
      <select {...rest} className={cx(control, "w-full appearance-none pr-7 pl-2.5")}>
        {children}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute top-2 right-2 size-4 text-quiet" />
    </span>
  );
}

/** A search box with its clear button. `label` is read aloud and shown as the placeholder. */
export function SearchField({
  label,
  value,
  onChange,
  className,
  ...rest
}: {
  label: string;
  value: string;
  onChange(value: string): void;
  className?: string;
  "data-search"?: boolean;
}) {
  return (
    <span className={cx("relative flex min-w-0", className)}>
      <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-quiet" />
      <Input
        type="search"
        data-search
        {...rest}
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          if (value === "") event.currentTarget.blur();
          else onChange("");
        }}
        className="pr-10 pl-8"
      />
      {value !== "" && (
        <button
          type="button"
          aria-label={`Clear ${label.toLowerCase()}`}
          onClick={() => onChange("")}
          className="absolute top-1 right-1.5 grid size-6 place-items-center rounded-sm text-quiet hover:bg-sunken hover:text-ink"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </span>
  );
}

/** A labelled control with a hint below it, or what is wrong with its value. */
export function Field({
  label,
  hint,
  wrong,
  children,
  className,
}: {
  label: string;
  hint?: ReactNode;
  wrong?: string | undefined;
  children(props: { id: string; "aria-describedby": string; "aria-invalid": boolean }): ReactNode;
  className?: string;
}) {
  const id = useId();
  return (
    <div className={cx("grid content-start gap-1", className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, "aria-describedby": `${id}-hint`, "aria-invalid": wrong !== undefined })}
      <p id={`${id}-hint`} className={cx("text-xs", wrong ? "text-problem" : "text-quiet")}>
        {wrong ?? hint}
      </p>
    </div>
  );
}
