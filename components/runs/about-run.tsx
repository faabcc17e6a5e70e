import type { ReactNode } from "react";
import { cx } from "@/components/ui/cx";
import { Moment } from "@/components/ui/moment";
import { Section } from "@/components/ui/page-head";
import { countWords, durationWords } from "@/components/words/figures";
import type { ClearanceSettings } from "@/lib/shapes/documents/clearance";
import { isClearance } from "@/lib/shapes/documents/is-clearance";
import type { RunDetail, RunSettings } from "@/lib/shapes/runs/run";
import { visible } from "@/lib/text/visible-text";
import { timelineEntries } from "./timeline-entries";

const mono = (text: string) => <span className="font-mono text-[12.5px] wrap-anywhere">{text}</span>;

function copyLines({ embedder }: RunSettings): [string, ReactNode][] {
  return [
    ["Vectors", "copied from the source, bit for bit"],
    ["Dimensions", countWords(embedder.dimension)],
  ];
}

function embeddingLines({ embedder, ...settings }: RunSettings): [string, ReactNode][] {
  return [
    ["Model", mono(embedder.model)],
    ["Dimensions", countWords(embedder.dimension)],
    ["Task", mono(embedder.task)],
    ["Text is in", mono(textWords(settings))],
    [
      "Text too long for the model",
      settings.longTextPolicy === "truncate" ? "truncated and reported" : "skipped and reported",
    ],
    ["Updates are embedded", settings.updatePolicy === "always" ? "always" : "only where the text changed"],
    ["Texts in one embedding request", `${countWords(settings.embeddingBatchSize)} at most`],
  ];
}

function textWords({ textKey, text }: Pick<RunSettings, "textKey" | "text">): string {
  if (text === undefined) return textKey;
  return "template" in text ? text.template : text.keys.join(", else ");
}

function settingLines(settings: RunSettings): [string, ReactNode][] {
  const { source, target } = settings;
  return [
    ["Source index", mono(source.index)],
    ["Target index", mono(target.index)],
    ...(settings.vectors === "source" ? copyLines(settings) : embeddingLines(settings)),
    ["Clearance level of new records", settings.clearanceLevel === null ? "none" : countWords(settings.clearanceLevel)],
    [
      "Keys owned by the target",
      settings.targetOwnedKeys.length === 0 ? "none" : mono(settings.targetOwnedKeys.join(", ")),
    ],
    ["Model's name is kept in", settings.modelKey === undefined ? "none" : mono(settings.modelKey)],
    ["IDs in one fetch", countWords(settings.queryBatchSize)],
    ["Records in one upsert", `${countWords(settings.upsertBatchSize)} at most`],
    ["Pause between batches", settings.batchDelaySeconds === 0 ? "none" : durationWords(settings.batchDelaySeconds)],
    ["Limit", settings.limit === null ? "none" : `${countWords(settings.limit)} records`],
    [
      "Verification",
      settings.verifyFull
        ? "every record compared"
        : `${countWords(settings.verifySample)} records compared per namespace`,
    ],
  ];
}

function clearanceLines({ target, request, ...settings }: ClearanceSettings): [string, ReactNode][] {
  return [
    ["Documents of", mono(target.join(", "))],
    ["Field", mono(request.field)],
    ["Value", mono(JSON.stringify(request.value))],
    ["Namespace is in", mono(request.namespaceField)],
    ["Which documents", request.documents === "missing" ? "only those without a value" : "every document"],
    ["Another value", request.overwrite ? "is overwritten" : "is kept"],
    ["Documents added since the plan", settings.includeNew ? "are set as well" : "are left"],
    ["Documents in one request", `${countWords(settings.batchDocuments)} at most`],
    ["Requests at once", `${countWords(settings.requestsAtOnce)} at most`],
    [
      "Verification",
      settings.verifyFull ? "every document compared" : `${countWords(settings.verifySample)} documents compared`,
    ],
  ];
}

const levelDots = { info: "border-control", warn: "border-attention", error: "border-problem" };

/** The settings the run works with, and who did what when. */
export function AboutRun({ detail }: { detail: RunDetail }) {
  const { settings } = detail;
  const lines = isClearance(settings) ? clearanceLines(settings) : settingLines(settings);
  return (
    <div className="grid gap-7 lg:grid-cols-2">
      <Section title="Settings used">
        <dl className="rounded-md border border-line bg-surface text-sm">
          {lines.map(([name, value]) => (
            <div key={name} className="grid grid-cols-2 gap-3 border-b border-line px-3 py-1.5 last:border-b-0">
              <dt className="text-quiet">{name}</dt>
              <dd className="min-w-0">{value}</dd>
            </div>
          ))}
        </dl>
      </Section>
      <Section title="Timeline">
        <ol className="ml-1.5 border-l border-line">
          {timelineEntries(detail.timeline).map((event) => (
            <li key={event.id} className="relative pb-3 pl-4 text-sm last:pb-0">
              <span
                aria-hidden
                className={cx(
                  "absolute top-1.5 -left-[4.5px] size-2 rounded-full border bg-surface",
                  levelDots[event.level],
                )}
              />
              <p className="wrap-anywhere">{visible(event.message)}</p>
              <p className="text-xs text-quiet">
                {event.actor}, <Moment at={event.at} />
              </p>
            </li>
          ))}
        </ol>
        {detail.timeline.length === 0 && <p className="text-quiet">Nothing happened yet.</p>}
      </Section>
    </div>
  );
}
