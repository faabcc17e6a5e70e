"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronUp } from "lucide-react";
import type { KeyboardEvent } from "react";
import { changeQuery } from "@/components/data/mirror-queries";
import { usePreferences } from "@/components/shell/preferences-provider";
import { Button } from "@/components/ui/button";
import { CopyButton, Identifier, NamespaceName } from "@/components/ui/identifier";
import { Link } from "@/components/ui/link";
import { Sheet } from "@/components/ui/sheet";
import { Skeleton } from "@/components/ui/skeleton";
import { Notice, ProblemNote } from "@/components/ui/states";
import { changeWords } from "@/components/words/change";
import { documentWords } from "@/components/words/clearance";
import { termsOf } from "@/components/words/terms";
import { namespaceHref } from "@/lib/shapes/namespaces/namespace-address";
import type { Change } from "@/lib/shapes/plans/change";
import type { Plan } from "@/lib/shapes/plans/plan";
import { reasonWords } from "@/lib/shapes/runs/reason-names";
import { visible } from "@/lib/text/visible-text";
import { SideTable } from "./side-table";
import { documentRows, sideRows } from "./sides";

type Props = {
  plan: Plan;
  place: { namespace: string; record: string; index: string | null };
  /** Answers whether there is one: neighbours are those of the list behind the sheet. */
  onStep: { next: (() => void) | null; previous: (() => void) | null };
  onClose(): void;
  /** `null` once the plan is fixed. */
  onExclude: ((change: Change) => void) | null;
  /** What the list knows of it already. */
  listed: Change | undefined;
};

/** A record in full: its metadata before and after, and what becomes of it. `j` `k` and arrows go on to its neighbours. */
export function ChangeSheet({ plan, place, onStep, onClose, onExclude, listed }: Props) {
  const { preferences } = usePreferences();
  const terms = termsOf(plan);
  // Both sides are expected to have moved then.
  const applied = plan.state === "applied";
  const { namespace, record, index } = place;
  const query = useQuery(changeQuery(plan.id, namespace, record, index));
  const detail = query.data;
  const change = listed ?? detail?.change;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const letters = preferences.keys === "on";
    const step =
      event.key === "ArrowRight" || (letters && event.key === "j")
        ? onStep.next
        : event.key === "ArrowLeft" || (letters && event.key === "k")
          ? onStep.previous
          : null;
    if (step) {
      event.preventDefault();
      step();
    } else if (letters && event.key === "x" && onExclude && change) onExclude(change);
  };
  return (
    <Sheet
      open
      onClose={onClose}
      onKeyDown={onKeyDown}
      description={change?.kind === "problem" ? terms.sides.unwritten : terms.sides.description}
      title={
        <span className="flex min-w-0 items-center gap-1">
          <Identifier text={record} />
          <CopyButton text={record} what={`the ${terms.one}'s ID`} />
        </span>
      }
      actions={
        <>
          {onExclude && change && (change.kind === "create" || change.kind === "update") && (
            <Button onClick={() => onExclude(change)}>
              {change.excluded ? "Include" : "Exclude"} {terms.one}
            </Button>
          )}
          <Button
            look="quiet"
            square
            aria-label={`Previous ${terms.one} (k)`}
            disabled={!onStep.previous}
            onClick={() => onStep.previous?.()}
          >
            <ChevronUp aria-hidden className="size-4" />
          </Button>
          <Button
            look="quiet"
            square
            aria-label={`Next ${terms.one} (j)`}
            disabled={!onStep.next}
            onClick={() => onStep.next?.()}
          >
            <ChevronDown aria-hidden className="size-4" />
          </Button>
        </>
      }
    >
      <p className="mb-3 flex min-w-0 flex-wrap items-baseline gap-x-2 text-sm text-quiet">
        {change && (
          <span className="text-ink">
            {plan.clearance ? documentWords(change, plan.clearance) : changeWords(change, plan.fills)}
          </span>
        )}
        {index !== null && (
          <span className="flex min-w-0 gap-1">
            of index <Identifier text={index} />
          </span>
        )}
        <span className="flex min-w-0 gap-1">
          in{" "}
          {terms.one === "record" ? (
            <Link
              href={namespaceHref(namespace, record)}
              className="flex min-w-0 rounded-sm underline underline-offset-2"
            >
              <NamespaceName name={namespace} />
            </Link>
          ) : (
            <NamespaceName name={namespace} />
          )}
        </span>
      </p>
      {query.error && !detail && <ProblemNote error={query.error} retry={() => void query.refetch()} />}
      {!detail && !query.error && <Skeleton className="h-60 w-full rounded-md" />}
      {detail && (
        <div className="grid gap-3">
          {detail.drift !== null && !applied && (
            <Notice level="warn">
              {detail.drift}{" "}
              {!plan.clearance && "Applying will leave it alone and report it as changed since the review."}
            </Notice>
          )}
          {applied && <Notice level="info">This plan was applied. What differs is shown as it was reviewed.</Notice>}
          {detail.change.kind === "problem" && (
            <Notice level="error">
              {detail.change.reason && reasonWords[detail.change.reason]}.{" "}
              <span className="text-quiet">{visible(detail.change.detail ?? "")}</span>
            </Notice>
          )}
          <SideTable
            key={`${namespace} ${record} ${index ?? ""}`}
            rows={plan.clearance ? documentRows(detail) : sideRows(detail)}
            kind={detail.change.kind}
            terms={terms}
          />
        </div>
      )}
    </Sheet>
  );
}
