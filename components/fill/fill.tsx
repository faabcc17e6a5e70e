"use client";

import { useQuery } from "@tanstack/react-query";
import { coverageQuery } from "@/components/data/route-queries";
import { useRoutes } from "@/components/data/use-routes";
import { Link } from "@/components/ui/link";
import { PageHead, Section } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";
import type { Route } from "@/lib/shapes/routes/route";
import { CoverageView } from "./coverage";
import { FillForm } from "./fill-form";

/** Whether a route gives a table's rows vectors of their own texts. */
const fills = ({ definition: { source, target, vectors } }: Route): boolean =>
  source.connection === target.connection && source.collection === target.collection && vectors.from === "text";

/** A table's rows that have no vector, or another model's, get one made of their text: how many have one, which are meant, what it takes. */
export function Fill() {
  const { routes, own } = useRoutes();
  if (own === null || !fills(own)) return <NoTable routes={routes.filter(fills)} />;
  return <FillTable key={own.name} route={own} />;
}

function FillTable({ route }: { route: Route }) {
  const coverage = useQuery(coverageQuery(route.name));
  const { connection, collection } = route.definition.target;
  return (
    <>
      <PageHead
        title="Fill"
        note={
          <>
            {route.words}: rows of{" "}
            <span className="font-mono text-[12.5px] text-ink">
              {connection}:{collection}
            </span>
          </>
        }
      />
      <div className="grid gap-7">
        <Section title="1. What has a vector" note="Only the vector, its model and its time are ever written.">
          {coverage.data ? (
            <CoverageView coverage={coverage.data} />
          ) : coverage.error ? (
            <ProblemNote error={coverage.error} retry={() => void coverage.refetch()} />
          ) : (
            <Skeleton className="h-40 w-full" />
          )}
        </Section>
        <FillForm coverage={coverage.data} />
      </div>
    </>
  );
}

function NoTable({ routes }: { routes: readonly Route[] }) {
  return (
    <>
      <PageHead title="Fill" />
      <Empty title="This route fills no table">
        <p>
          A route fills a table when both of its ends are that table, its vectors are made of the text, and its
          connection updates rows only.
        </p>
        {routes.length > 0 && (
          <ul className="mt-3 grid gap-1">
            {routes.map(({ name, words }) => (
              <li key={name}>
                <Link
                  href={`/fill?route=${encodeURIComponent(name)}`}
                  className="rounded-sm text-accent underline underline-offset-2"
                >
                  {name}
                </Link>{" "}
                <span className="text-quiet">{words}</span>
              </li>
            ))}
          </ul>
        )}
      </Empty>
    </>
  );
}
