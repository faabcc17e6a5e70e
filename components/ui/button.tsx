import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx";
import { Link } from "./link";

export type ButtonLook = "primary" | "plain" | "quiet" | "danger";

const looks: Record<ButtonLook, string> = {
  primary: "bg-accent-fill text-on-accent border-transparent hover:bg-accent-strong",
  plain: "bg-surface text-ink border-line hover:bg-sunken",
  quiet: "border-transparent text-quiet hover:bg-sunken hover:text-ink",
  danger: "bg-surface text-problem border-line hover:bg-sunken hover:border-problem-area",
};

function classes(look: ButtonLook, square: boolean, className?: string): string {
  return cx(
    "inline-flex h-8 shrink-0 items-center justify-center gap-1.5 rounded-md border text-sm font-medium whitespace-nowrap select-none",
    "transition-colors duration-150 disabled:opacity-60 aria-disabled:opacity-60",
    square ? "w-8" : "px-3",
    looks[look],
    className,
  );
}

type Look = { look?: ButtonLook; square?: boolean };

/** A verb with its object. `busy` keeps the width, disables it, and tells assistive technology. */
export function Button({
  look = "plain",
  square = false,
  busy = false,
  className,
  disabled,
  ...rest
}: ComponentProps<"button"> & Look & { busy?: boolean }) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={classes(look, square, className)}
    />
  );
}

/** A link that looks like a button: for going somewhere, or for a download. */
export function ButtonLink({
  look = "plain",
  square = false,
  className,
  href,
  download,
  children,
  ...rest
}: Look & {
  href: string;
  download?: boolean;
  className?: string;
  children: ReactNode;
  "aria-label"?: string;
}) {
  if (download) {
    return (
      <a {...rest} href={href} download className={classes(look, square, className)}>
        {children}
      </a>
    );
  }
  return (
    <Link {...rest} href={href} className={classes(look, square, className)}>
      {children}
    </Link>
  );
}
