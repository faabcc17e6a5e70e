"use client";

import { useQuery } from "@tanstack/react-query";
import { retry } from "@/app/actions/runs";
import { useAct } from "@/components/data/act";
import { retryEstimateQuery } from "@/components/data/queries";
import { useGo } from "@/components/data/use-go";
import { CeilingFields, useCeilings } from "@/components/migrate/ceiling-fields";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ProblemNote } from "@/components/ui/states";
import { aboutMoneyWords, manyWords } from "@/components/words/figures";
import { nounOf } from "@/components/words/run";
import { ceilingDollars, retryCeilings } from "@/lib/shapes/runs/confirmed-ceilings";
import type { Run } from "@/lib/shapes/runs/run";

type Chosen = { kind: "skipped" | "failed" | "drifted" | null; reason: string | null };
type Props = { run: Run; chosen: Chosen; open: boolean; onOpenChange(open: boolean): void };

/** Asks before findings are tried again, with the most that it comes to. */
export function RetryDialog({ run, chosen, open, onOpenChange }: Props) {
  const go = useGo();
  const ceilings = useCeilings();
  const retrying = useAct(retry, ({ run: next }) => go(`/runs/${next.id}`));
  const { data, error, refetch } = useQuery({ ...retryEstimateQuery(run.id, chosen), enabled: open });
  const noun = nounOf(run);
  const paid = run.kind !== "clearance";
  const about = data?.usd == null || data.usd === 0 ? "" : ` · ${aboutMoneyWords(data.usd)}`;
  const most = data && paid ? retryCeilings(data) : null;
  const standing = most && {
    maxUsd: most.maxUsd === null ? "as configured" : ceilingDollars(most.maxUsd),
    maxTexts: manyWords(most.maxTexts ?? 0, "text"),
    maxRecords: "as configured",
  };
  const amount = data ? `${manyWords(data.records, noun)}${paid ? about : ""}` : "…";
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={data ? `Retry ${manyWords(data.records, noun)}?` : "Retry findings?"}
      description={
        error ? (
          <ProblemNote error={error} retry={() => void refetch()} />
        ) : (
          <p>
            {!data && "Counting what would be tried again."}
            {data && !paid && "They are read again, and those that can be set now are set."}
            {data &&
              paid &&
              `They are read again. At most ${manyWords(data.texts, "text")} will be embedded${
                data.usd === null
                  ? "; what that costs isn't known, since none were embedded or estimated before."
                  : `, for ${aboutMoneyWords(data.usd)} by what this run's texts cost on average.`
              } Nothing is deleted.`}
          </p>
        )
      }
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button
            look="primary"
            disabled={!data || data.records === 0 || !ceilings.usable}
            busy={retrying.isPending}
            onClick={() => {
              onOpenChange(false);
              retrying.mutate({
                id: run.id,
                ...(chosen.kind ? { kind: chosen.kind } : {}),
                ...(chosen.reason ? { reason: chosen.reason } : {}),
                ...(paid ? ceilings.given : {}),
              });
            }}
          >
            Retry {amount}
          </Button>
        </>
      }
    >
      {standing && <CeilingFields ceilings={ceilings} standing={standing} />}
    </Dialog>
  );
}
