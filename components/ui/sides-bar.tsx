import { countWords } from "@/components/words/figures";
import {
  type PartName,
  type Parts,
  type PartTense,
  partNames,
  partSigns,
  partsSentence,
  partsShown,
  partWords,
  remainingWords,
} from "@/components/words/plan";
import { cx } from "./cx";

const areas: Record<PartName, string> = {
  written: "bg-done-area",
  create: "bg-create-area",
  update: "bg-update-area",
  unchanged: "bg-unchanged-area",
  orphan: "bg-orphan-area",
  problem: "bg-problem-area",
};
const texts: Record<PartName, string> = {
  written: "text-done",
  create: "text-create",
  update: "text-update",
  unchanged: "text-unchanged",
  orphan: "text-orphan",
  problem: "text-problem",
};

type BarProps = {
  parts: Parts;
  tense: PartTense;
  /** Records that nothing is known of yet: hatched, in none of the colours. */
  remaining?: number;
  /** What these are, where they aren't what remains to be done. */
  rest?: string;
};

function Segments({ parts, remaining, whole }: { parts: Parts; remaining: number; whole: number }) {
  const shown = partsShown(parts);
  return (
    <>
      {shown.map((name) => (
        <span
          key={name}
          className={cx("h-full min-w-[3px] basis-0 transition-[flex-grow] duration-200", areas[name])}
          style={{ flexGrow: (parts[name] ?? 0) / whole }}
        />
      ))}
      {(remaining > 0 || shown.length === 0) && (
        <span
          className="track h-full basis-0 transition-[flex-grow] duration-200"
          style={{ flexGrow: shown.length === 0 ? 1 : remaining / whole }}
        />
      )}
    </>
  );
}

/** What is drawn and said of a bar. */
function drawn({ parts, tense, remaining = 0, rest = remainingWords }: BarProps) {
  const whole = Math.max(
    1,
    partNames.reduce((sum, name) => sum + (parts[name] ?? 0), remaining),
  );
  return { parts, tense, remaining, rest, whole, sentence: partsSentence(parts, tense, remaining, rest) };
}

/**
 * The picture: what is done, to do and in need of a person between source and target, in parts that keep their order and colours
 * everywhere.
 * As high as a sparkline, for a row of a table; the row's figures say the same in numbers.
 */
export function SidesLine({ className, ...bar }: BarProps & { className?: string }) {
  const { parts, remaining, whole, sentence } = drawn(bar);
  return (
    <span
      role="img"
      aria-label={sentence}
      title={sentence}
      className={cx("flex h-2.5 w-full min-w-16 gap-px border-x-2 border-ink px-px", className)}
    >
      <Segments parts={parts} remaining={remaining} whole={whole} />
    </span>
  );
}

/** The picture at full size, with its legend: every part that is there, by sign, number and words. */
export function SidesBar({ className, ...bar }: BarProps & { className?: string }) {
  const { parts, tense, remaining, rest, whole, sentence } = drawn(bar);
  return (
    <div className={className}>
      <div role="img" aria-label={sentence} className="flex h-8 w-full gap-0.5 border-x-[3px] border-ink px-0.5">
        <Segments parts={parts} remaining={remaining} whole={whole} />
      </div>
      <ul className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {partsShown(parts).map((name) => (
          <li key={name} className="flex items-baseline gap-1.5">
            <PartSign name={name} />
            <span className="figures font-medium">{countWords(parts[name] ?? 0)}</span>
            <span className="text-quiet">{partWords[tense][name]}</span>
          </li>
        ))}
        {remaining > 0 && (
          <li className="flex items-baseline gap-1.5">
            <span aria-hidden className="track inline-block h-2.5 w-3 self-center border border-line" />
            <span className="figures font-medium">{countWords(remaining)}</span>
            <span className="text-quiet">{rest}</span>
          </li>
        )}
      </ul>
    </div>
  );
}

/** The sign of a part in its colour. */
export function PartSign({ name }: { name: PartName }) {
  return (
    <span aria-hidden className={cx("w-2 text-center font-mono font-semibold", texts[name])}>
      {partSigns[name]}
    </span>
  );
}
