import { Count } from "@/components/ui/figure";
import { Identifier } from "@/components/ui/identifier";
import { SidesBar } from "@/components/ui/sides-bar";
import { countWords, manyWords, percentWords } from "@/components/words/figures";
import { heldModelsWords } from "@/components/words/models";
import { bothUncompared } from "@/components/words/namespace-parts";
import type { IndexState, Overview } from "@/lib/shapes/overview";

const stateWords: Record<IndexState["state"], string> = {
  ready: "",
  "not-ready": "not ready yet",
  missing: "doesn't exist yet",
  unreachable: "can't be reached",
};

/** What stands before the words for models, where these don't begin by counting vectors. */
function modelLead(model: string): string {
  if (model.startsWith("by ")) return "vectors ";
  return /^[\d,]+ vectors? by /.test(model) ? "" : "model ";
}

function SideFacts({
  side,
  index,
  model,
  end,
}: {
  side: "Source" | "Target";
  index: IndexState;
  model?: string | undefined;
  end?: boolean;
}) {
  const state = stateWords[index.state];
  return (
    <div className={end ? "min-w-0 sm:text-right" : "min-w-0"}>
      <p className="text-xs text-quiet">
        {side} · {index.service}
      </p>
      <p className="mt-0.5 text-lg font-semibold">
        <Identifier text={index.index || index.service} className="text-[15px]" />
      </p>
      <p className="mt-1">
        <Count value={index.vectors} exact={index.vectorsExact} unit="vectors" className="font-medium" />
        {index.namespaces !== null && (
          <span className="text-quiet"> in {manyWords(index.namespaces, "namespace")}</span>
        )}
      </p>
      <p className="text-sm text-quiet">
        {index.dimension !== null && `${countWords(index.dimension)} dimensions`}
        {index.metric !== null && `, ${index.metric}`}
        {model && `${index.dimension === null ? "" : ", "}${modelLead(model)}${model}`}
      </p>
      {state !== "" && (
        <p className="text-sm font-medium text-attention">
          {side} {state}
        </p>
      )}
    </div>
  );
}

function progressSentence({ progress }: Overview): string {
  const { asOf, sourceVectors, inTarget, namespacesInSync, namespacesNotCompared, namespacesTotal } = progress;
  if (asOf === null) return "Progress is unknown: the indexes couldn't be counted yet.";
  if (sourceVectors === 0) return "The source holds no records.";
  const share = percentWords(inTarget, sourceVectors);
  const compared =
    namespacesNotCompared === 0 ? "" : `, ${countWords(namespacesNotCompared)} without a comparison of edits`;
  return `By counts, ${share} of the source's records are in the target. ${countWords(namespacesInSync)} of ${manyWords(namespacesTotal, "namespace")} in sync at the last comparison${compared}.`;
}

/** Source on the left, target on the right, and what lies between them. */
export function TwoSides({ overview }: { overview: Overview }) {
  const { progress, source, target, models } = overview;
  const { known } = progress;
  const exact = source.vectorsExact && target.vectorsExact;
  return (
    <section aria-label="Source and target" className="rounded-md border border-line bg-surface p-4 sm:p-5">
      <div className="grid gap-4 sm:grid-cols-2">
        <SideFacts side="Source" index={source} />
        <SideFacts side="Target" index={target} model={models ? heldModelsWords(models) : undefined} end />
      </div>
      <SidesBar
        className="mt-5"
        tense="place"
        parts={{
          unchanged: known.inSync,
          create: known.create,
          update: known.update,
          problem: known.problem,
          orphan: progress.onlyInTarget,
        }}
        remaining={known.uncompared}
        rest={bothUncompared}
      />
      <p className="mt-3 border-t border-line pt-3 text-sm">
        {progressSentence(overview)}{" "}
        <span className="text-quiet">
          {exact ? "Counted per namespace. An analysis finds which records differ." : "Approximate (index statistics)."}
        </span>
      </p>
    </section>
  );
}
