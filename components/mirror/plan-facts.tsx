import { CopyButton } from "@/components/ui/identifier";
import { Link } from "@/components/ui/link";
import { Moment } from "@/components/ui/moment";
import { Fact } from "@/components/ui/page-head";
import { aboutMoneyWords, countWords, durationWords, manyWords } from "@/components/words/figures";
import { runStateWords, shortId } from "@/components/words/run";
import { termsOf } from "@/components/words/terms";
import type { ClearanceSettings } from "@/lib/shapes/documents/clearance";
import { isClearance } from "@/lib/shapes/documents/is-clearance";
import type { Plan, PlanStandingView } from "@/lib/shapes/plans/plan";
import type { AnySettings, RunSettings } from "@/lib/shapes/runs/run";

const policyWords = {
  "when-text-changed": "only where the text changed",
  always: "always",
} as const;

/** What the updates are, and what the other policy would make of them. */
export function PolicyLine({ plan }: { plan: Plan }) {
  const { textChanged, metadataOnly } = plan.updates;
  const other =
    plan.excluded.update + plan.excluded.create > 0 || plan.estimate.alternative?.texts === 0
      ? null
      : plan.estimate.alternative;
  if (textChanged + metadataOnly === 0) return null;
  // Which of them were taken out isn't counted by kind: the sentence would speak of updates that nobody applies.
  if (plan.excluded.update > 0) return null;
  return (
    <p className="text-sm text-quiet">
      Of {manyWords(textChanged + metadataOnly, "update")},{" "}
      <span className="figures text-ink">{countWords(metadataOnly)}</span> {metadataOnly === 1 ? "changes" : "change"}{" "}
      metadata only
      {other?.policy === "always" && (metadataOnly === 1 ? " and keeps its vector" : " and keep their vectors")};{" "}
      <span className="figures text-ink">{countWords(textChanged)}</span>{" "}
      {textChanged === 1 ? "changes its text" : "change their text"}.
      {other &&
        ` Embedding updates ${policyWords[other.policy]} instead would cost ${manyWords(other.texts, "text")}, ${aboutMoneyWords(other.usd)}${
          other.texts > 0 ? ` and at least ${durationWords(other.seconds)}` : ""
        } (UPDATE_POLICY=${other.policy}).`}
    </p>
  );
}

function Hash({ text, what }: { text: string; what: string }) {
  return (
    <span className="inline-flex items-center gap-1">
      <span title={text} className="font-mono text-[12.5px]">
        {text.slice(0, 12)}
      </span>
      <CopyButton text={text} what={what} />
    </span>
  );
}

function SettingsLine({ settings }: { settings: RunSettings }) {
  const { source, target, embedder, targetOwnedKeys, clearanceLevel, updatePolicy } = settings;
  return (
    <p className="text-sm text-quiet">
      <span className="font-mono text-[12.5px] text-ink">{source.index || source.connection}</span> to{" "}
      <span className="font-mono text-[12.5px] text-ink">{target.index || target.connection}</span>,{" "}
      {settings.vectors === "source"
        ? "vectors copied unchanged."
        : `${embedder.model} with ${countWords(embedder.dimension)} dimensions. Updates are embedded ${policyWords[updatePolicy]}.`}{" "}
      {targetOwnedKeys.length > 0 && (
        <>
          The target owns <span className="font-mono text-[12.5px] text-ink">{targetOwnedKeys.join(", ")}</span>.{" "}
        </>
      )}
      {clearanceLevel === null ? "No level is added" : `New records get level ${countWords(clearanceLevel)}`}.
    </p>
  );
}

function RequestLine({ settings: { target, request, indices } }: { settings: ClearanceSettings }) {
  return (
    <p className="text-sm text-quiet">
      <span className="font-mono text-[12.5px] text-ink">{target.join(", ")}</span>
      {indices.length > 1 && ` (${manyWords(indices.length, "index", "indexes")})`}, field{" "}
      <span className="font-mono text-[12.5px] text-ink">{request.field}</span>, namespace in{" "}
      <span className="font-mono text-[12.5px] text-ink">{request.namespaceField}</span>.{" "}
      {request.documents === "missing"
        ? "Applies to documents without a level."
        : "Applies to all documents, including those with a level."}{" "}
      Other levels are {request.overwrite ? "overwritten" : "kept"}.
    </p>
  );
}

/** Who made the plan of what, when and under which settings; who approved it. */
export function PlanFacts({
  plan,
  settings,
  standing,
}: {
  plan: Plan;
  settings: AnySettings | undefined;
  standing: PlanStandingView | undefined;
}) {
  const { approved } = plan;
  // Both may come later than the page: their lines are kept free, so that what stands below doesn't move then.
  const line = <div aria-hidden className="h-5" />;
  const decidable = plan.state === "ready" || plan.state === "approved";
  return (
    <div className="grid gap-3 border-t border-line pt-4">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 text-sm sm:grid-cols-4">
        <Fact name={termsOf(plan).planned}>
          <Moment at={plan.createdAt} /> <span className="text-quiet">by {plan.createdBy}</span>
        </Fact>
        {decidable && standing === undefined && <Fact name="Expires">–</Fact>}
        {decidable && standing?.stale.length === 0 && standing.validUntil !== null && (
          <Fact name="Expires">
            <Moment at={standing.validUntil} />
          </Fact>
        )}
        <Fact name="Plan checksum">
          <Hash text={plan.hash} what="the plan's checksum" />
        </Fact>
        {approved && (
          <>
            <Fact name="Approved">
              <Moment at={approved.at} /> <span className="text-quiet">by {approved.by}</span>
            </Fact>
            <Fact name="Approved checksum">
              <Hash text={approved.hash} what="the approved checksum" />
            </Fact>
          </>
        )}
      </dl>
      {!settings && plan.runId !== null && line}
      {settings && (isClearance(settings) ? <RequestLine settings={settings} /> : <SettingsLine settings={settings} />)}
      {!standing && line}
      {standing && standing.runs.length > 0 && (
        <p className="text-sm text-quiet">
          {standing.runs.map((run, at) => (
            <span key={run.id}>
              {at > 0 && " "}
              {run.kind === "plan"
                ? `Created by ${plan.kind === "reembed" ? "estimate" : "analysis"} run`
                : "Applied by run"}{" "}
              <Link
                href={`/runs/${run.id}`}
                className="rounded-sm font-mono text-[12.5px] text-accent underline underline-offset-2"
              >
                {shortId(run.id)}
              </Link>
              {`, ${runStateWords[run.state].toLowerCase()}.`}
            </span>
          ))}
        </p>
      )}
    </div>
  );
}
