"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { parseAsInteger, parseAsStringLiteral, useQueryStates } from "nuqs";
import { acknowledgeAll } from "@/app/actions/attention";
import { useAct } from "@/components/data/act";
import { attentionQuery } from "@/components/data/attention-queries";
import { Button } from "@/components/ui/button";
import { SelectOne } from "@/components/ui/filter-bar";
import { PageHead, Section } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";
import { causeWords } from "@/components/words/attention";
import { countWords, manyWords } from "@/components/words/figures";
import { type AttentionCause, attentionCauses, attentionStates } from "@/lib/shapes/names";
import { AttentionItems } from "./attention-items";

const stateWords = { open: "Open", acknowledged: "Acknowledged", solved: "Solved" } as const;
const pageSize = 100;
const most = 500;

const parsers = {
  state: parseAsStringLiteral(attentionStates).withDefault("open"),
  cause: parseAsStringLiteral(attentionCauses),
  show: parseAsInteger.withDefault(pageSize),
};

/** Everything that needs somebody, over all history, grouped by cause; and what was acknowledged or solved. */
export function AttentionPage() {
  const [{ state, cause, show }, setAsked] = useQueryStates(parsers);
  const limit = Math.min(most, Math.max(1, show));
  const { data, error, refetch } = useQuery(attentionQuery({ state, cause }, limit));
  const items = data?.items ?? [];
  const causes = attentionCauses.filter((each) => items.some((item) => item.cause === each));
  const openOf = (each: AttentionCause) => data?.counts.causes.find((one) => one.cause === each)?.open ?? 0;
  return (
    <>
      <PageHead
        title="Needs attention"
        note={data && (data.counts.open === 0 ? "Nothing is open" : `${manyWords(data.counts.open, "item")} open`)}
      />
      <div className="mb-4 flex flex-wrap gap-2">
        <SelectOne
          label="State"
          of={attentionStates}
          title={(each) => stateWords[each]}
          value={state}
          onChange={(each) => void setAsked({ state: each, show: null })}
        />
        <SelectOne
          label="Cause"
          of={attentionCauses}
          title={(each) => (state === "open" ? `${causeWords[each]} (${countWords(openOf(each))})` : causeWords[each])}
          value={cause}
          any="All causes"
          onChange={(each) => void setAsked({ cause: each, show: null })}
        />
      </div>
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-40" />}
      {data && items.length === 0 && (
        <Empty title={state === "open" ? "Nothing needs attention" : "None yet"}>
          {state === "open"
            ? "Failed runs, plans to review and schedules in trouble are listed here until solved."
            : null}
        </Empty>
      )}
      <div className="grid gap-7">
        {causes.map((each) => (
          <Section
            key={each}
            title={`${causeWords[each]}${state === "open" ? ` (${countWords(openOf(each))})` : ""}`}
            {...(state === "open" ? { actions: <AcknowledgeAll cause={each} count={openOf(each)} /> } : {})}
          >
            <AttentionItems items={items.filter((item) => item.cause === each)} />
          </Section>
        ))}
      </div>
      {data && data.matching > items.length && limit < most && (
        <Button className="mt-4" onClick={() => void setAsked({ show: most })}>
          Show {countWords(Math.min(most, data.matching))} of {countWords(data.matching)}
        </Button>
      )}
    </>
  );
}

function AcknowledgeAll({ cause, count }: { cause: AttentionCause; count: number }) {
  const client = useQueryClient();
  const acting = useAct(acknowledgeAll, () => void client.invalidateQueries({ queryKey: ["attention"] }));
  if (count < 2) return null;
  return (
    <Button look="quiet" busy={acting.isPending} onClick={() => acting.mutate({ cause })}>
      Acknowledge {countWords(count)}
    </Button>
  );
}
