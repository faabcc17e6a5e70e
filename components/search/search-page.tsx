"use client";

import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { searchBoth } from "@/app/actions/moving";
import { useAct } from "@/components/data/act";
import { usePageRoute } from "@/components/data/page-route";
import { along } from "@/components/data/route-address";
import { PageHead } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, Notice } from "@/components/ui/states";
import type { SearchAnswer } from "@/lib/shapes/search";
import { BothSides } from "./both-sides";
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
  const [answer, setAnswer] = useState<SearchAnswer | null>(null);
  const searching = useAct(searchBoth, setAnswer);
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const search = (question: Question) => {
    const filter = filterIn(question.filter);
    setWrong(filter === null ? 'This isn\'t a JSON object, such as {"page": {"$gte": 2}}.' : undefined);
    if (filter === null) return;
    void setAsked(question);
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
      <SearchForm
        key={JSON.stringify(asked)}
        asked={asked}
        wrong={wrong}
        busy={searching.isPending}
        onSearch={search}
      />
      {searching.isPending && <Skeleton className="h-96 w-full rounded-md" />}
      {!searching.isPending && answer === null && (
        <Empty title="Nothing asked yet">
          Ask by a text, as your users do, or by the ID of a record that both sides have: that embeds nothing and costs
          nothing.
        </Empty>
      )}
      {!searching.isPending && answer !== null && (
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
        </>
      )}
    </>
  );
}

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
