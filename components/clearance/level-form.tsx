"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { countLevels } from "@/app/actions/documents";
import { settled } from "@/components/data/act";
import { type Choice, isEmpty } from "@/components/migrate/choice";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { useDebounced } from "@/components/ui/debounced";
import { Skeleton } from "@/components/ui/skeleton";
import { Notice, ProblemNote } from "@/components/ui/states";
import type { DocumentCounts } from "@/components/words/clearance";
import { manyWords } from "@/components/words/figures";
import type { ClearanceRequest } from "@/lib/shapes/documents/clearance";
import type { DocumentsOverview } from "@/lib/shapes/documents/documents";
import { EffectLines, OverwriteWarning } from "./effect-lines";
import { parseRequest, type RequestTexts } from "./request";
import { RequestFields } from "./request-fields";

export type Request = Pick<ClearanceRequest, "field" | "kind" | "value" | "documents" | "overwrite" | "unindexed">;

type Props = {
  overview: DocumentsOverview;
  choice: Choice;
  busy: boolean;
  onPlan(request: Request): void;
};

/** Documents of the choice by value of the field. Only what the overview doesn't know already is asked for. */
function useLevels(overview: DocumentsOverview, choice: Choice, field: string) {
  const known = choice.all && field === overview.field ? overview.counts : null;
  const names = useDebounced(choice.all ? [] : choice.names, 300);
  return useQuery({
    queryKey: ["levels", field, choice.all, names, overview.asOf],
    queryFn: (): Promise<DocumentCounts> =>
      known
        ? Promise.resolve(known)
        : settled(countLevels({ field, ...(choice.all ? {} : { namespaces: [...names] }) })),
    enabled: choice.all ? overview.counts !== null : names.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  });
}

/** Which level, on which of the chosen documents, and what that would come to; planning reads, and writes nothing. */
export function LevelForm({ overview, choice, busy, onPlan }: Props) {
  const [texts, setTexts] = useState<RequestTexts>({
    field: overview.field,
    kind: overview.fieldKind,
    value: String(overview.value),
    documents: "missing",
    overwrite: false,
    unindexed: false,
  });
  const parsed = parseRequest(texts);
  const field = parsed.ok ? parsed.request.field : overview.field;
  const levels = useLevels(overview, choice, field);
  const chosen = !isEmpty(choice);
  const ready = chosen && parsed.ok && !busy && overview.mayStart;
  const plan = () => {
    if (ready) onPlan(parsed.request);
  };
  useCommands([
    {
      id: "plan-levels",
      title: "Preview changes",
      group: "This page",
      keys: "e",
      words: ["clearance", "plan"],
      run: plan,
    },
  ]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    plan();
  };
  const counts = chosen ? levels.data : undefined;
  const nothing =
    counts !== undefined && counts.without === 0 && (texts.documents === "missing" || !texts.overwrite) && parsed.ok;
  return (
    <form noValidate onSubmit={submit} className="mt-5 grid gap-5 border-t border-line pt-5">
      <RequestFields
        texts={texts}
        wrong={parsed.ok ? {} : parsed.wrong}
        disabled={busy}
        ignored={counts ? (counts.ignored ?? 0) : null}
        onChange={(change) => setTexts({ ...texts, ...change })}
      />
      {chosen && levels.error && !levels.data && (
        <ProblemNote error={levels.error} retry={() => void levels.refetch()} />
      )}
      {chosen && levels.isLoading && <Skeleton className="h-20 w-full max-w-140" />}
      {counts && parsed.ok && (
        <div className={levels.isPlaceholderData ? "grid gap-3 opacity-60" : "grid gap-3"} aria-live="polite">
          <EffectLines counts={counts} request={parsed.request} />
          <OverwriteWarning counts={counts} request={parsed.request} />
          {nothing && (
            <Notice level="info">
              {counts.total === 0 ? "There are no documents here." : "Every document here has a level."}{" "}
              <span className="text-quiet">A plan would change nothing.</span>
            </Notice>
          )}
        </div>
      )}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button type="submit" look="primary" disabled={!ready} busy={busy}>
          {busy ? "Starting the preview" : "Preview changes"}
        </Button>
        <p className="text-sm text-quiet">{hint(overview, choice)}</p>
      </div>
    </form>
  );
}

function hint({ mayStart }: DocumentsOverview, choice: Choice): string {
  if (!mayStart) return "The problems above come first.";
  if (isEmpty(choice)) return "Choose namespaces first, or all documents.";
  const where = choice.all ? "all documents" : manyWords(choice.names.length, "namespace");
  return `Reads ${where} and writes nothing: a plan is reviewed and approved before it is applied.`;
}
