"use client";

import { useQueryClient } from "@tanstack/react-query";
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { searchBoth } from "@/app/actions/moving";
import { useAct } from "@/components/data/act";
import { usePageRoute } from "@/components/data/page-route";
import { askedQuery, figuresQuery } from "@/components/data/question-queries";
import { along, type PageRoute } from "@/components/data/route-address";
import { PageHead } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, Notice } from "@/components/ui/states";
import { AskedBefore } from "./asked-before";
import { BothSides } from "./both-sides";
import { ByWords } from "./by-words";
import { FiguresOverTime } from "./figures-over-time";
import { QuestionSets } from "./question-sets";
import { type Question, SearchForm } from "./search-form";

const ways = ["text", "record"] as const;

/** One question to both sides, their answers beside each other. */
export function SearchPage() {
  const route = usePageRoute();
  const [asked, setAsked] = useQueryStates({
    by: parseAsStringLiteral(ways).withDefault("text"),
    q: parseAsString.withDefault(""),
    namespace: parseAsString.withDefault(""),
    filter: parseAsString.withDefault(""),
    k: parseAsInteger.withDefault(10),
    embedder: parseAsString.withDefault(""),
  });
  // Its answer is gone as soon as it is asked again, and belongs to the route and the question that it was asked with.
  const client = useQueryClient();
  const searching = useAct(searchBoth, () => {
    for (const { queryKey } of [askedQuery(route), figuresQuery(route)]) void client.invalidateQueries({ queryKey });
  });
  const [put, setPut] = useState<string | null>(null);
  const meant = put === keyOf(route, asked);
  const answer = meant ? (searching.data ?? null) : null;
  const pending = meant && searching.isPending;
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const search = (question: Question) => {
    const filter = filterIn(question.filter);
    setWrong(filter === null ? 'This isn\'t a JSON object, such as {"page": {"$gte": 2}}.' : undefined);
    if (filter === null) return;
    void setAsked(question);
    setPut(keyOf(route, question));
    const { by, q, k, namespace, embedder } = question;
    searching.mutate({
      ...along(route),
      ...{ [by]: q, k, namespace },
      ...(filter && { filter }),
      ...(embedder !== "" && { sourceEmbedder: embedder }),
    });
  };
  return (
    <>
      <PageHead
        title="Search"
        note="One question to both sides. Nothing is written; a text is embedded once for each model."
      />
      <SearchForm asked={asked} wrong={wrong} busy={searching.isPending} onSearch={search} />
      {pending && <Skeleton className="h-96 w-full rounded-md" />}
      {!pending && answer === null && (
        <Empty title="Nothing asked yet">
          Ask by a text, as your users do, or by the ID of a record that both sides have: that embeds nothing and costs
          nothing.
        </Empty>
      )}
      {!pending && answer !== null && (
        <>
          {answer.shared === 0 && answer.source.hits.length > 0 && (
            <div className="mb-4">
              <Notice level="info">
                No hit is on both sides. Two models may well answer differently: whether the target finds what it should
                is what the gate tells.
              </Notice>
            </div>
          )}
          <BothSides answer={answer} />
          <ByWords answer={answer} />
        </>
      )}
      <AskedBefore onAsk={(question) => search({ ...question, embedder: asked.embedder })} />
      <QuestionSets />
      <FiguresOverTime />
    </>
  );
}

const keyOf = (route: PageRoute, { by, q, namespace, filter, k, embedder }: Question): string =>
  JSON.stringify([along(route), by, q, namespace, filter, k, embedder]);

/** `undefined`: none was given; `null`: it can't be read. */
function filterIn(text: string): Record<string, unknown> | undefined | null {
  if (text.trim() === "") return undefined;
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null && !Array.isArray(read) ? { ...read } : null;
  } catch {
    return null;
  }
}
