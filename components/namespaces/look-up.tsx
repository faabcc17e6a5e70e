"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { usePageRoute } from "@/components/data/page-route";
import { countQuery } from "@/components/data/queries";
import { Button, ButtonLink } from "@/components/ui/button";
import { Count } from "@/components/ui/figure";
import { CopyButton, NamespaceName } from "@/components/ui/identifier";
import { Fact } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { ProblemNote } from "@/components/ui/states";
import { Difference, isExact, RowPicture } from "./counts";

/** The namespace of exactly this name, asked of both indexes now: also one that the list doesn't hold yet. */
export function LookUp({ name }: { name: string }) {
  const [exact, setExact] = useState(false);
  const { data, error, isFetching, refetch } = useQuery(countQuery(usePageRoute(), name, exact));
  if (error) return <ProblemNote error={error} retry={() => void refetch()} title={name} />;
  const unknown = data && (data.source?.value ?? 0) === 0 && (data.target?.value ?? 0) === 0;
  return (
    <section
      aria-label={`Namespace ${name}`}
      aria-busy={isFetching}
      className="rounded-md border border-line bg-surface px-4 py-3"
    >
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="text-xs text-quiet">Exact match</span>
        <span className="flex min-w-0 items-center gap-1 font-medium">
          <NamespaceName name={data?.name ?? name} />
          <CopyButton text={name} what="name" />
        </span>
      </div>
      {!data && <Skeleton className="mt-2 h-9 w-full max-w-120" />}
      {unknown && (
        <p className="mt-1 text-quiet">
          No records of this name in the source nor in the target. IDs are case-sensitive.
        </p>
      )}
      {data && !unknown && (
        <div className="mt-2 flex flex-wrap items-end gap-x-8 gap-y-3">
          <dl className="flex gap-x-8">
            <Fact name="Source">
              <Count value={data.source?.value ?? null} exact={data.source?.exact ?? true} />
            </Fact>
            <Fact name="Target">
              <Count value={data.target?.value ?? null} exact={data.target?.exact ?? true} />
            </Fact>
            <Fact name="Difference">
              <Difference row={data} />
            </Fact>
          </dl>
          <div className="min-w-32 flex-1 basis-40 self-center">
            <RowPicture row={data} />
          </div>
          <div className="flex gap-2">
            {!isExact(data) && (
              <Button busy={isFetching} onClick={() => setExact(true)}>
                {isFetching && exact ? "Counting" : "Count exactly"}
              </Button>
            )}
            <ButtonLink href={`/migrate?namespace=${encodeURIComponent(data.name)}`} look="primary">
              Migrate namespace
            </ButtonLink>
          </div>
        </div>
      )}
    </section>
  );
}
