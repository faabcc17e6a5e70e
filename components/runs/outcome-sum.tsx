import { Fragment } from "react";
import { cx } from "@/components/ui/cx";
import { countWords } from "@/components/words/figures";
import { accounted, type OutcomeName, outcomeNames, progressOf } from "@/components/words/run";
import type { Run } from "@/lib/shapes/runs/run";

const titles: Record<OutcomeName, string> = {
  written: "Written",
  unchanged: "Unchanged",
  skipped: "Skipped",
  failed: "Failed",
  drifted: "Changed since review",
};
const colours: Record<OutcomeName, string> = {
  written: "text-done",
  unchanged: "text-unchanged",
  skipped: "text-problem",
  failed: "text-problem",
  drifted: "text-problem",
};

function Term({ title, value, colour }: { title: string; value: string; colour: string }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-quiet">{title}</dt>
      <dd className={cx("figures text-xl font-semibold", colour)}>{value}</dd>
    </div>
  );
}

function Operator({ sign }: { sign: string }) {
  return (
    <span aria-hidden className="hidden justify-self-center self-end pb-0.5 text-lg text-quiet sm:block">
      {sign}
    </span>
  );
}

/** The five outcomes as the sum that they are: nothing that was listed is missing from it. */
export function OutcomeSum({ run }: { run: Run }) {
  const { whole, counted } = progressOf(run);
  const sum = accounted(run.outcome);
  return (
    <dl
      aria-label="Outcome"
      className="grid grid-cols-3 gap-x-4 gap-y-3 rounded-md border border-line bg-surface px-4 py-3 sm:grid-cols-[repeat(5,auto_1fr)_auto]"
    >
      {outcomeNames.map((name, at) => (
        <Fragment key={name}>
          <Term
            title={titles[name]}
            value={countWords(run.outcome[name])}
            colour={run.outcome[name] === 0 ? "text-quiet" : colours[name]}
          />
          <Operator sign={at === outcomeNames.length - 1 ? "=" : "+"} />
        </Fragment>
      ))}
      <div className="min-w-0">
        <dt className="text-xs text-quiet">Processed</dt>
        <dd className="figures text-xl font-semibold">
          {countWords(sum)}
          {whole !== null && (
            <span className="block text-sm font-normal whitespace-nowrap text-quiet sm:inline">
              {" "}
              of {counted ? "" : "about "}
              {countWords(whole)}
            </span>
          )}
        </dd>
      </div>
    </dl>
  );
}
