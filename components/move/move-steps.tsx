import { Circle, CircleAlert, CircleCheck, CircleDot, type LucideIcon } from "lucide-react";
import { ButtonLink } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { Moment } from "@/components/ui/moment";
import { withoutCommands } from "@/components/words/problem";
import type { MoveState, MoveStep, MoveStepName } from "@/lib/shapes/cut-over/move";

const names: Record<MoveStepName, string> = {
  inspect: "Inspect",
  connect: "Connect",
  plan: "Plan",
  review: "Review",
  migrate: "Migrate",
  index: "Index",
  verify: "Verify",
  gate: "Gate",
  differences: "Last differences",
  switch: "Switch",
  watch: "Watch",
  back: "Back, or clean up",
};

const looks: Record<MoveState, { icon: LucideIcon; colour: string; word: string }> = {
  done: { icon: CircleCheck, colour: "text-done", word: "Done" },
  running: { icon: CircleDot, colour: "text-ink", word: "Under way" },
  next: { icon: CircleDot, colour: "text-accent", word: "Next" },
  attention: { icon: CircleAlert, colour: "text-attention", word: "Needs a look" },
  open: { icon: Circle, colour: "text-quiet", word: "Later" },
};

/** The steps in order. The one that is next has the only filled button. */
export function MoveSteps({ steps }: { steps: readonly MoveStep[] }) {
  return (
    <ol className="divide-y divide-line rounded-md border border-line bg-surface">
      {steps.map(({ step, state, words, at, action }, index) => {
        const { icon: Icon, colour, word } = looks[state];
        const asks = state === "next" || state === "attention";
        return (
          <li
            key={step}
            aria-current={asks ? "step" : undefined}
            className="grid grid-cols-[1.25rem_1fr] gap-x-3 gap-y-1 px-4 py-2.5 sm:grid-cols-[1.25rem_9rem_1fr_auto]"
          >
            <Icon aria-hidden className={cx("mt-0.5 size-4", colour)} />
            <div className="min-w-0">
              <p className="font-medium">
                <span className="sr-only">Step {index + 1}: </span>
                {names[step]}
              </p>
              <p className={cx("text-xs", asks ? "font-medium text-ink" : "text-quiet")}>
                {word}
                {at !== null && (state === "done" || state === "running" || state === "attention") && (
                  <span className="font-normal text-quiet">
                    , <Moment at={at} />
                  </span>
                )}
              </p>
            </div>
            <p className={cx("col-start-2 text-sm wrap-anywhere sm:col-start-auto", state === "open" && "text-quiet")}>
              {withoutCommands(words)}
            </p>
            {action && (state !== "open" || step === "watch") && (
              <div
                className={cx(
                  "col-start-2 sm:col-start-auto",
                  !asks && "max-sm:-ml-3",
                  // What it leads to stands beside the steps, where there is room for that.
                  action.href.startsWith("/move#") && "lg:hidden",
                )}
              >
                <ButtonLink look={state === "next" ? "primary" : asks ? "plain" : "quiet"} href={action.href}>
                  {action.label}
                </ButtonLink>
              </div>
            )}
          </li>
        );
      })}
    </ol>
  );
}
