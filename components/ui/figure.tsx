import { aboutMoneyWords, bytesWords, countWords, durationWords, moneyWords } from "@/components/words/figures";
import { cx } from "./cx";
import { Hint } from "./hint";

/** A count: grouped, tabular, never abbreviated; `about` is said when it isn't exact. */
export function Count({
  value,
  exact = true,
  short = false,
  unit,
  className,
}: {
  value: number | null;
  exact?: boolean;
  /** In a column of a table `~` says it. */
  short?: boolean;
  unit?: string;
  className?: string;
}) {
  if (value === null) return <span className="text-quiet">–</span>;
  return (
    <span className={cx("figures whitespace-nowrap", className)}>
      {!exact && <span className="font-normal text-quiet">{short ? "~" : "about "}</span>}
      {countWords(value)}
      {unit && <span className="font-normal text-quiet"> {unit}</span>}
    </span>
  );
}

/** Dollars to two significant digits; what they rest on shows on hover. */
export function Money({ usd, basis, about = true }: { usd: number; basis?: string | undefined; about?: boolean }) {
  const text = <span className="figures whitespace-nowrap">{about ? aboutMoneyWords(usd) : moneyWords(usd)}</span>;
  return basis ? <Hint words={basis}>{text}</Hint> : text;
}

export function Duration({ seconds }: { seconds: number }) {
  return <span className="figures whitespace-nowrap">{durationWords(seconds)}</span>;
}

export function Bytes({ value }: { value: number }) {
  return <span className="figures whitespace-nowrap">{bytesWords(value)}</span>;
}
