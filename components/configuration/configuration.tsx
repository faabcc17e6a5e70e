"use client";

import { useQuery } from "@tanstack/react-query";
import { configurationQuery } from "@/components/data/queries";
import { PageHead } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { ProblemNote } from "@/components/ui/states";
import { ConfigurationTabs } from "./configuration-tabs";
import { Connections } from "./connections";
import { Egress } from "./egress";
import { History } from "./history";
import { Settings } from "./settings";

/** What is in force, where each value comes from, and whether the services answer. */
export function Configuration() {
  const { data, error, refetch } = useQuery(configurationQuery());
  return (
    <>
      <PageHead title="Configuration" note={data && (data.mode === "sandbox" ? "Sandbox mode" : "Live mode")} />
      <ConfigurationTabs />
      <div className="grid gap-7">
        <Connections />
        {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
        <History />
        {!data && !error && <Skeleton className="h-96 w-full rounded-md" />}
        {data && <Egress egress={data.egress} />}
        {data && <Settings settings={data.settings} />}
      </div>
    </>
  );
}
