"use client";

import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { comment } from "@/app/actions/mirroring";
import { useAct } from "@/components/data/act";
import { commentsQuery } from "@/components/data/mirror-queries";
import { useMay } from "@/components/data/use-may";
import { Button } from "@/components/ui/button";
import { Moment } from "@/components/ui/moment";
import { Section } from "@/components/ui/page-head";
import { ProblemNote } from "@/components/ui/states";
import type { Plan } from "@/lib/shapes/plans/plan";

/** What the team says about a plan: under whose name, and whether exclusions have changed since. */
export function Comments({ plan }: { plan: Plan }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    commentsQuery(plan.id),
  );
  const may = useMay("operator");
  const comments = data?.pages.flatMap((page) => page.comments) ?? [];
  if (!may && comments.length === 0 && !error) return null;
  return (
    <Section title="Comments" className="mt-7 max-w-3xl">
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {comments.length > 0 && (
        <ol className="mb-3 grid gap-3">
          {comments.map(({ id, by, at, text, revision }) => (
            <li key={id} className="border-l-2 border-line pl-3">
              <p className="text-xs text-quiet">
                <bdi className="font-medium text-ink">{by}</bdi> <Moment at={at} />
                {plan.state !== "planning" && revision < plan.revision && ", before exclusions or approval changed"}
              </p>
              <p className="mt-0.5 text-sm wrap-anywhere whitespace-pre-wrap">
                <bdi>{text}</bdi>
              </p>
            </li>
          ))}
        </ol>
      )}
      {hasNextPage && (
        <Button look="quiet" className="mb-3" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more comments
        </Button>
      )}
      {may && <Write planId={plan.id} />}
    </Section>
  );
}

function Write({ planId }: { planId: string }) {
  const client = useQueryClient();
  const [text, setText] = useState("");
  const saying = useAct(
    comment,
    () => {
      setText("");
      void client.invalidateQueries({ queryKey: commentsQuery(planId).queryKey });
    },
    "here",
  );
  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        saying.mutate({ id: planId, text });
      }}
    >
      <textarea
        aria-label="Comment"
        placeholder="What should whoever reviews this plan know?"
        rows={2}
        maxLength={4000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="w-full rounded-md border border-control bg-surface px-2.5 py-1.5 text-sm text-ink"
      />
      {saying.error && <ProblemNote error={saying.error} />}
      <div>
        <Button type="submit" busy={saying.isPending} disabled={text.trim() === ""}>
          Comment
        </Button>
      </div>
    </form>
  );
}
