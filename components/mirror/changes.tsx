"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { exclude } from "@/app/actions/mirroring";
import { useAct } from "@/components/data/act";
import { planQuery } from "@/components/data/queries";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";
import { changeTabs } from "@/components/words/change";
import { countWords, manyWords } from "@/components/words/figures";
import type { Change, ChangeKind } from "@/lib/shapes/change";
import type { Plan } from "@/lib/shapes/plan";
import { ChangeFilterBar, isFiltered, noFilters } from "./change-filters";
import { ChangeSheet } from "./change-sheet";
import { ChangeTable } from "./change-table";
import { KeyFacets } from "./key-facets";
import { changeName, type Review, type SetReview, useChanges } from "./use-changes";

type Props = { plan: Plan; kind: ChangeKind; asked: Review; setAsked: SetReview };

/** One kind of a plan's changes: to be filtered, opened, and while the plan isn't approved taken out or back in. */
export function Changes({ plan, kind, asked, setAsked }: Props) {
  const client = useQueryClient();
  const { filters, query, changes, matching, mark } = useChanges(plan.id, asked, kind);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const editable = plan.state === "ready" && (kind === "create" || kind === "update");
  const excluding = useAct(exclude, ({ plan: next }) => client.setQueryData(planQuery(plan.id).queryKey, next));
  const filtered = isFiltered(filters);

  const move = async (moved: readonly Change[], include: boolean) => {
    const namespaces = new Set(moved.map((change) => change.namespace));
    for (const namespace of namespaces) {
      const records = moved.filter((change) => change.namespace === namespace).map((change) => change.id);
      await excluding.mutateAsync({ id: plan.id, namespace, records, include });
    }
    mark(new Set(moved.map(changeName)), !include);
    setChosen(new Set());
  };
  const moveChosen = (include: boolean) =>
    void move(
      changes.filter((change) => chosen.has(changeName(change))),
      include,
    ).catch(() => undefined);
  const moveMatching = (include: boolean) => {
    const { search, ...rest } = filters;
    const given = Object.fromEntries(Object.entries({ ...rest, search: search || null }).filter(([, v]) => v !== null));
    excluding.mutate(
      { id: plan.id, ...given, include },
      {
        onSuccess: ({ moved }) => {
          toast(`${manyWords(moved, "record")} ${include ? "included again" : "excluded"}.`);
          void client.invalidateQueries({ queryKey: ["changes", plan.id] });
          setChosen(new Set());
        },
      },
    );
  };
  useCommands(
    editable && chosen.size > 0
      ? [
          {
            id: "out",
            title: "Exclude the chosen records",
            group: "This page",
            keys: "e",
            run: () => moveChosen(false),
          },
          { id: "in", title: "Include the chosen records", group: "This page", keys: "i", run: () => moveChosen(true) },
        ]
      : [],
  );

  const at = changes.findIndex((change) => change.id === asked.record && change.namespace === (asked.in ?? ""));
  const show = (change: Change | undefined) =>
    change ? () => void setAsked({ record: change.id, in: change.namespace || null }) : null;
  const next = at === -1 ? null : show(changes[at + 1]);
  const end = () => {
    if (query.hasNextPage && !query.isFetching) void query.fetchNextPage();
  };

  return (
    <>
      <ChangeFilterBar plan={plan} filters={filters} asked={asked} setAsked={setAsked} />
      <div className={kind === "update" ? "grid gap-4 lg:grid-cols-[15rem_minmax(0,1fr)]" : undefined}>
        {kind === "update" && <KeyFacets planId={plan.id} asked={asked} setAsked={setAsked} />}
        <div className="min-w-0">
          <div className="mb-2 flex min-h-8 flex-wrap items-center gap-2 text-sm text-quiet">
            <p role="status">
              {query.data && countLine(matching, changes.length, query.hasNextPage, filtered)}
              {chosen.size > 0 && `, ${countWords(chosen.size)} chosen`}
            </p>
            {editable && chosen.size > 0 && (
              <>
                <Button busy={excluding.isPending} onClick={() => moveChosen(false)}>
                  Exclude {countWords(chosen.size)} chosen
                </Button>
                <Button busy={excluding.isPending} onClick={() => moveChosen(true)}>
                  Include {countWords(chosen.size)} chosen
                </Button>
              </>
            )}
            {editable && chosen.size === 0 && changes.length > 0 && (
              <>
                <Button look="quiet" busy={excluding.isPending} onClick={() => moveMatching(false)}>
                  Exclude {filtered ? "all that match" : "all"}
                </Button>
                <Button look="quiet" busy={excluding.isPending} onClick={() => moveMatching(true)}>
                  Include {filtered ? "all that match" : "all"}
                </Button>
              </>
            )}
          </div>
          {query.error && !query.data && <ProblemNote error={query.error} retry={() => void query.refetch()} />}
          {!query.data && !query.error && <Skeleton className="h-96 w-full rounded-md" />}
          {query.data && changes.length === 0 && !query.hasNextPage && (
            <Empty
              title={filtered ? "No record matches" : `No ${changeTabs[kind].toLowerCase()}`}
              action={filtered && <Button onClick={() => void setAsked(noFilters)}>Show all</Button>}
            >
              {filtered && asked.find !== "" && "The search finds the beginning of an ID, letter by letter."}
            </Empty>
          )}
          {query.data && (changes.length > 0 || query.hasNextPage) && (
            <div className={query.isPlaceholderData ? "opacity-60 transition-opacity duration-150" : undefined}>
              <ChangeTable
                kind={kind}
                changes={changes}
                more={query.hasNextPage}
                onEnd={end}
                chosen={editable ? chosen : null}
                showsExcluded={kind === "create" || kind === "update"}
                onChoose={(moved, choose) => {
                  const next = new Set(chosen);
                  for (const change of moved) choose ? next.add(changeName(change)) : next.delete(changeName(change));
                  setChosen(next);
                }}
                onOpen={(change) => show(change)?.()}
                manyNamespaces={plan.namespaces.length > 1}
              />
            </div>
          )}
        </div>
      </div>
      {asked.record !== null && (
        <ChangeSheet
          planId={plan.id}
          place={{ record: asked.record, namespace: asked.in ?? "" }}
          listed={changes[at]}
          applied={plan.state === "applied"}
          onStep={{
            next:
              next &&
              (() => {
                if (at > changes.length - 20) end();
                next();
              }),
            previous: at < 1 ? null : show(changes[at - 1]),
          }}
          onClose={() => void setAsked({ record: null, in: null })}
          onExclude={
            editable && !excluding.isPending
              ? (change) => void move([change], change.excluded).catch(() => undefined)
              : null
          }
        />
      )}
    </>
  );
}

/** How many there are: exactly where the plan knows, else how many were looked at so far. */
function countLine(matching: number | null, loaded: number, more: boolean, filtered: boolean): string {
  const count = matching ?? loaded;
  const words = `${manyWords(count, "record")}${matching === null && more ? " so far, more follow" : ""}`;
  return filtered ? `${words} ${count === 1 && !more ? "matches" : "match"}` : words;
}
