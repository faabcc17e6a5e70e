"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";
import { countWords, manyWords } from "@/components/words/figures";
import { termsOf } from "@/components/words/terms";
import type { Change, ChangeKind } from "@/lib/shapes/plans/change";
import type { Plan } from "@/lib/shapes/plans/plan";
import { ChangeFilterBar, isFiltered, noFilters } from "./change-filters";
import { ChangeTable } from "./change-table";
import type { Review } from "./review-url";
import { changeName, type SetReview, useChanges } from "./use-changes";
import { useExcluding } from "./use-excluding";

// Creates and orphans have none.
const Facets = dynamic(() => import("./facets").then((module) => module.Facets), {
  loading: () => <Skeleton className="h-32 w-full rounded-md" />,
});
// Fetched when it is first opened.
const ChangeSheet = dynamic(() => import("./change-sheet").then((module) => module.ChangeSheet), { ssr: false });

type Props = { plan: Plan; kind: ChangeKind; asked: Review; setAsked: SetReview };

/** One kind of a plan's changes: to be filtered, opened, and while the plan isn't approved taken out or back in. */
export function Changes({ plan, kind, asked, setAsked }: Props) {
  const { filters, list, shown, setShown, mark } = useChanges(plan.id, asked, kind);
  const [chosen, setChosen] = useState<ReadonlyMap<string, Change>>(new Map());
  const excluding = useExcluding(plan, { filters, mark });
  const editable = plan.state === "ready" && (kind === "create" || kind === "update");
  const filtered = isFiltered(filters);
  const { matching, rowAt } = list;
  // A search that is under way: more may match than were found so far.
  const exact = !list.stale && list.head?.exact !== false;
  const terms = termsOf(plan);
  // Documents of several indexes may have one ID.
  const manyIndexes = (plan.clearance?.indices.length ?? 0) > 1;
  const faceted = kind === "problem" || kind === "update";

  const choose = (change: Change) => {
    const next = new Map(chosen);
    if (!next.delete(changeName(change))) next.set(changeName(change), change);
    setChosen(next);
  };
  const moveChosen = async (include: boolean) => {
    if (await excluding.some([...chosen.values()], include)) setChosen(new Map());
  };
  const moveMatching = async (include: boolean) => {
    if (await excluding.matching(include)) setChosen(new Map());
  };
  const toggle = (change: Change) => {
    if (!excluding.busy) void excluding.some([change], change.excluded);
  };
  useCommands(
    editable && chosen.size > 0
      ? [
          {
            id: "out",
            title: `Exclude the chosen ${terms.one}s`,
            group: "This page",
            keys: "e",
            run: () => void moveChosen(false),
          },
          {
            id: "in",
            title: `Include the chosen ${terms.one}s`,
            group: "This page",
            keys: "i",
            run: () => void moveChosen(true),
          },
        ]
      : [],
  );

  const open = (change: Change, index: number) =>
    void setAsked({
      record: change.id,
      in: change.namespace || null,
      index: manyIndexes ? (change.index ?? null) : null,
      at: index,
    });
  const stands = (index: number) => {
    const change = rowAt(index);
    const here = asked.index === null || change?.index === asked.index;
    return change?.id === asked.record && change.namespace === (asked.in ?? "") && here;
  };
  const at = asked.record === null ? null : nearest(asked.at, stands);
  const step = (index: number | null) => {
    const change = index === null ? undefined : rowAt(index);
    return change && index !== null ? () => open(change, index) : null;
  };

  return (
    <>
      <ChangeFilterBar plan={plan} filters={filters} asked={asked} setAsked={setAsked} />
      <div className={faceted ? "grid gap-4 lg:grid-cols-[15rem_minmax(0,1fr)]" : undefined}>
        {faceted && <Facets planId={plan.id} one={terms.one} filters={filters} asked={asked} setAsked={setAsked} />}
        <div className="min-w-0">
          <div className="mb-2 flex min-h-8 flex-wrap items-center gap-2 text-sm text-quiet">
            <p role="status" aria-busy={!exact}>
              {list.loaded && countLine({ matching: list.stale ? 0 : matching, exact, filtered, one: terms.one })}
              {chosen.size > 0 && `, ${countWords(chosen.size)} chosen`}
            </p>
            {matching > shown.last - shown.first + 1 && shown.last < matching && (
              <span className="figures order-last ml-auto text-xs whitespace-nowrap">
                rows {countWords(shown.first + 1)} to {countWords(shown.last + 1)}
              </span>
            )}
            {editable && chosen.size > 0 && (
              <>
                <Button busy={excluding.busy} onClick={() => void moveChosen(false)}>
                  Exclude {countWords(chosen.size)} chosen
                </Button>
                <Button busy={excluding.busy} onClick={() => void moveChosen(true)}>
                  Include {countWords(chosen.size)} chosen
                </Button>
              </>
            )}
            {editable && chosen.size === 0 && matching > 0 && (
              <>
                <Button look="quiet" busy={excluding.busy} onClick={() => void moveMatching(false)}>
                  Exclude {filtered ? "all that match" : "all"}
                </Button>
                <Button look="quiet" busy={excluding.busy} onClick={() => void moveMatching(true)}>
                  Include {filtered ? "all that match" : "all"}
                </Button>
              </>
            )}
          </div>
          {list.error && (
            <div className="mb-2">
              <ProblemNote
                error={list.error}
                retry={list.retry}
                {...(list.loaded ? { title: "Part of the list could not be read" } : {})}
              />
            </div>
          )}
          {!list.loaded && !list.error && <Skeleton className="h-96 w-full rounded-md" />}
          {list.loaded && matching === 0 && exact && (
            <Empty
              title={filtered ? `No ${terms.one} matches` : `No ${terms.lists[kind].toLowerCase()}`}
              action={filtered && <Button onClick={() => void setAsked(noFilters)}>Show all</Button>}
            >
              {filtered && asked.find !== "" && "The search finds any part of an ID, letter by letter."}
            </Empty>
          )}
          {list.loaded && matching > 0 && (
            <div className={list.stale ? "opacity-60 transition-opacity duration-150" : undefined}>
              <ChangeTable
                // Other filters make another list: it begins at its beginning.
                key={JSON.stringify(filters)}
                kind={kind}
                terms={terms}
                matching={matching}
                rowAt={rowAt}
                start={Math.min(asked.at, matching - 1)}
                onRest={(index) => {
                  if (asked.record === null) void setAsked({ at: index });
                }}
                onShown={setShown}
                chosen={editable ? chosen : null}
                onChoose={choose}
                onExclude={editable ? toggle : null}
                onOpen={open}
                manyNamespaces={plan.namespaces.length !== 1}
                manyIndexes={manyIndexes}
                showsExcluded={kind === "create" || kind === "update"}
                current={at}
              />
            </div>
          )}
        </div>
      </div>
      {asked.record !== null && (
        <ChangeSheet
          plan={plan}
          place={{ record: asked.record, namespace: asked.in ?? "", index: asked.index }}
          listed={at === null ? undefined : rowAt(at)}
          onStep={{
            next: at === null || at + 1 >= matching ? null : step(at + 1),
            previous: at === null || at === 0 ? null : step(at - 1),
          }}
          onClose={() => void setAsked({ record: null, in: null, index: null })}
          onExclude={editable && !excluding.busy ? toggle : null}
        />
      )}
    </>
  );
}

/** Rows around the place in the address that are looked at for the record: links may name a record without its place. */
const near = 100;

function nearest(at: number, stands: (index: number) => boolean): number | null {
  for (let step = 0; step < near; step++)
    for (const index of [at + step, at - step]) if (index >= 0 && stands(index)) return index;
  return null;
}

function countLine(found: { matching: number; exact: boolean; filtered: boolean; one: string }): string {
  const { matching, exact, filtered, one } = found;
  if (!exact) return matching === 0 ? "Searching" : `At least ${manyWords(matching, one)}, still searching`;
  const words = manyWords(matching, one);
  return filtered ? `${words} ${matching === 1 ? "matches" : "match"}` : words;
}
