"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { verify } from "@/app/actions/runs";
import { useAct } from "@/components/data/act";
import { verificationEstimateQuery } from "@/components/data/queries";
import { along, type PageRoute } from "@/components/data/route-address";
import { useGo } from "@/components/data/use-go";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ProblemNote } from "@/components/ui/states";
import { aboutMoneyWords, bytesWords, durationWords, manyWords } from "@/components/words/figures";
import type { VerificationEstimate } from "@/lib/shapes/runs/estimate";

/** What it reads and costs, before it is asked for. */
function amountWords({ records, namespaces, requests, bytes, usd, seconds, texts }: VerificationEstimate): string {
  const money = usd === 0 ? "" : `, ${aboutMoneyWords(usd)}`;
  const again =
    texts === 0
      ? "Nothing is embedded."
      : `Where it isn't known which vectors were written, ${texts === 1 ? "1 text is" : `up to ${manyWords(texts, "text")} are`} embedded again.`;
  return `Lists both indexes, then fetches and compares all ${manyWords(records, "record")} that both hold in ${manyWords(namespaces, "namespace")}: about ${manyWords(requests, "request")} and at least ${bytesWords(bytes)}${money}, ${durationWords(seconds)} or more by the quotas. ${again} Nothing is written.`;
}

/** Compares every record instead of a sample, after saying what that reads and costs. */
export function VerifyEvery({
  of,
  namespaces,
  route,
}: {
  of: { run: string } | { name: string };
  namespaces: readonly string[];
  route: PageRoute;
}) {
  const go = useGo();
  const [asking, setAsking] = useState(false);
  const { data, error, refetch } = useQuery({ ...verificationEstimateQuery({ ...of, route }), enabled: asking });
  const verifying = useAct(verify, ({ run }) => go(`/runs/${run.id}`));
  useCommands([
    {
      id: "verify-every",
      title: "Verify every record",
      group: "This page",
      words: ["read back", "full"],
      run: () => setAsking(true),
    },
  ]);
  const about = data === undefined || data.usd === 0 ? "" : ` · ${aboutMoneyWords(data.usd)}`;
  return (
    <>
      <Button busy={verifying.isPending} onClick={() => setAsking(true)}>
        Verify every record
      </Button>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title="Verify every record?"
        description={
          error ? (
            <ProblemNote error={error} retry={() => void refetch()} />
          ) : (
            <p>{data ? amountWords(data) : "Counting what would be read."}</p>
          )
        }
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button
              look="primary"
              disabled={!data || data.records === 0}
              busy={verifying.isPending}
              onClick={() => {
                setAsking(false);
                verifying.mutate({ namespaces: [...namespaces], full: true, ...along(route) });
              }}
            >
              Verify {data ? manyWords(data.records, "record") : "…"}
              {about}
            </Button>
          </>
        }
      />
    </>
  );
}
