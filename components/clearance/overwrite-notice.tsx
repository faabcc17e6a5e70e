import { Fragment } from "react";
import { Link } from "@/components/ui/link";
import { atLevelWords, overwritten } from "@/components/words/clearance";
import { countWords } from "@/components/words/figures";
import { termsOf } from "@/components/words/terms";
import type { Plan } from "@/lib/shapes/plans/plan";

/** Said loudly before a plan is approved: which levels would be overwritten, each a link to just those documents. */
export function OverwriteNotice({ plan }: { plan: Plan }) {
  const found = overwritten(plan);
  if (found === null || plan.state === "applied") return null;
  const { sentence, levels, beyond } = found;
  const listed = levels.length > 0 || beyond > 0;
  return (
    <div role="alert" className="rounded-md border-2 border-attention-area bg-surface px-4 py-3">
      <p className="font-semibold text-attention">
        {sentence}
        {listed && ": "}
        {levels.map(({ value, count }, at) => (
          <Fragment key={JSON.stringify(value)}>
            {at > 0 && ", "}
            <Link
              href={`/plans/${plan.id}?${new URLSearchParams({ tab: "update", present: String(value) }).toString()}#changes`}
              className="rounded-sm underline underline-offset-2"
            >
              {atLevelWords({ value, count })}
            </Link>
          </Fragment>
        ))}
        {beyond > 0 && `${levels.length > 0 ? ", " : ""}${countWords(beyond)} at other levels`}.
      </p>
      <p className="mt-1 text-quiet">
        Review them under {termsOf(plan).tabs.update}. Exclude documents that should keep their level.
      </p>
    </div>
  );
}
