"use client";

import { useQuery } from "@tanstack/react-query";
import { documentsQuery } from "@/components/data/document-queries";
import { problemOf } from "@/components/data/problem";
import { ButtonLink } from "@/components/ui/button";
import { Section } from "@/components/ui/page-head";
import { SidesBar } from "@/components/ui/sides-bar";
import { Skeleton } from "@/components/ui/skeleton";
import { Notice } from "@/components/ui/states";
import { documentsSentence, partsOfDocuments } from "@/components/words/clearance";
import { withoutCommands } from "@/components/words/problem";

/** How many documents have a clearance level. Nothing where no Elasticsearch is configured. */
export function DocumentsLevels() {
  const { data, error } = useQuery(documentsQuery());
  const problem = error && !data ? problemOf(error) : null;
  if (problem?.code === "documents-not-configured") return null;
  const stops = data?.preconditions.filter(({ level }) => level === "stop").length ?? 0;
  return (
    <Section
      title="Documents"
      note={data && `${data.field} in ${data.target.join(", ")}, ${data.service}`}
      actions={
        <ButtonLink href="/clearance" look="quiet">
          Clearance levels
        </ButtonLink>
      }
    >
      <div className="rounded-md border border-line bg-surface p-4">
        {problem && (
          <p>
            {problem.what} <span className="text-quiet">{withoutCommands(problem.next)}</span>
          </p>
        )}
        {!data && !problem && <Skeleton className="h-20 w-full" />}
        {data?.counts && (
          <>
            <p>{documentsSentence(data.counts)}</p>
            <SidesBar className="mt-3" tense="documents" parts={partsOfDocuments(data.counts)} />
          </>
        )}
        {data && stops > 0 && (
          <div className={data.counts ? "mt-3" : undefined}>
            <Notice level="warn">{data.preconditions[0]?.what}</Notice>
          </div>
        )}
      </div>
    </Section>
  );
}
