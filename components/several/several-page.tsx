"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsArrayOf, parseAsString, useQueryStates } from "nuqs";
import { ConfigurationTabs } from "@/components/configuration/configuration-tabs";
import { connectionsQuery } from "@/components/data/route-queries";
import { ButtonLink } from "@/components/ui/button";
import { PageHead } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { ProblemNote } from "@/components/ui/states";
import { SeveralForm } from "./several-form";
import { SeveralPlans } from "./several-plans";

/** Collections of one source, each to an index or a namespace of its own: the table of names, then their plans. */
export function SeveralPage() {
  const [{ from, plans }, setAddress] = useQueryStates({ from: parseAsString, plans: parseAsArrayOf(parseAsString) });
  const { data, error, refetch } = useQuery(connectionsQuery());
  return (
    <>
      <PageHead
        title="Several collections"
        note="Each collection of a source to a collection, or a namespace, of its own"
        actions={plans && <ButtonLink href="/configuration/routes/several">Choose other collections</ButtonLink>}
      />
      <ConfigurationTabs />
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-64 w-full rounded-md" />}
      {data && plans && <SeveralPlans ids={plans} />}
      {data && !plans && (
        <SeveralForm
          connections={data.connections}
          from={from}
          onPlanned={(made) => void setAddress({ plans: [...made], from: null }, { history: "push" })}
        />
      )}
    </>
  );
}
