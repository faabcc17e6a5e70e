"use client";

import { useQuery } from "@tanstack/react-query";
import { recordQuery } from "@/components/data/namespace-queries";
import { usePageRoute } from "@/components/data/page-route";
import { SideTable } from "@/components/mirror/side-table";
import { sideRows } from "@/components/mirror/sides";
import { CopyButton, Identifier, NamespaceName, WrittenAs } from "@/components/ui/identifier";
import { Sheet } from "@/components/ui/sheet";
import { Skeleton } from "@/components/ui/skeleton";
import { Notice, ProblemNote } from "@/components/ui/states";
import { termsOf } from "@/components/words/terms";
import type { RecordView } from "@/lib/shapes/namespaces/record";

/** A record as both indexes have it now: the target on the left, the source on the right, what differs first. */
export function RecordSheet({ name, id, onClose }: { name: string; id: string; onClose(): void }) {
  const { data, error, refetch } = useQuery(recordQuery(usePageRoute(), name, id));
  return (
    <Sheet
      open
      onClose={onClose}
      description="The record as both indexes have it now"
      title={
        <span className="flex min-w-0 items-center gap-1">
          <Identifier text={id} />
          <CopyButton text={id} what="the record's ID" />
        </span>
      }
    >
      <p className="mb-3 flex min-w-0 flex-wrap items-baseline gap-x-2 text-sm text-quiet">
        {data && <span className="text-ink">{standing(data)}</span>}
        <span className="flex min-w-0 gap-1">
          in <NamespaceName name={name} />
        </span>
        <WrittenAs name={data?.writtenAs} />
      </p>
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-60 w-full rounded-md" />}
      {data && data.source === null && data.target === null && (
        <Notice level="info">
          It may have been deleted since, or its ID is written differently: IDs are case-sensitive.
        </Notice>
      )}
      {data && (data.source ?? data.target) !== null && (
        <SideTable kind="problem" terms={termsOf({ kind: "mirror" })} rows={rowsOf(data)} />
      )}
    </Sheet>
  );
}

function standing({ source, target, differences }: RecordView): string {
  if (source === null && target === null) return "Neither index has a record of this ID.";
  if (target === null) return "Only in the source.";
  if (source === null) return "Only in the target.";
  return differences.length === 0 ? "In both; the metadata is the same." : "In both; the metadata differs.";
}

function rowsOf({ namespace, id, source, target, differences }: RecordView) {
  const change = { id, namespace, kind: "problem" as const, excluded: false, differences };
  return sideRows({ change, source, target, written: null, drift: null });
}
