"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { parseAsString, useQueryStates } from "nuqs";
import { ConfigurationTabs } from "@/components/configuration/configuration-tabs";
import { routesQuery } from "@/components/data/route-queries";
import { useCommands } from "@/components/shell/commands";
import { Button, ButtonLink } from "@/components/ui/button";
import { PageHead } from "@/components/ui/page-head";
import { RowButton } from "@/components/ui/row-button";
import { useRowKeys } from "@/components/ui/row-keys";
import { Skeleton } from "@/components/ui/skeleton";
import { ProblemNote } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import type { Route, RouteEnd } from "@/lib/shapes/routes/route";
import { EndName } from "./end-name";

// Fetched when it is first opened.
const RouteSheet = dynamic(() => import("./route-sheet").then((module) => module.RouteSheet), { ssr: false });

/** Routes: from a collection to a collection, by name. */
export function RoutesPage() {
  const [{ open, from }, setOpen] = useQueryStates({ open: parseAsString, from: parseAsString });
  const { data, error, refetch } = useQuery(routesQuery());
  const show = (name: string | null) => void setOpen({ open: name, from: null });
  useCommands([
    {
      id: "add-route",
      title: "Add a route",
      group: "This page",
      keys: "a",
      words: ["from", "to"],
      run: () => show("+"),
    },
  ]);
  return (
    <>
      <PageHead
        title="Routes"
        note="From a source to a target, with what happens to records on the way"
        actions={
          <>
            <ButtonLink href="/configuration/routes/several">Several collections</ButtonLink>
            <Button look="primary" onClick={() => show("+")}>
              Add route
            </Button>
          </>
        }
      />
      <ConfigurationTabs />
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-48 w-full rounded-md" />}
      {data && <RouteTable routes={data.routes} onOpen={show} />}
      {open !== null && (
        <RouteSheet key={open} name={open === "+" ? null : open} from={endOf(from)} onClose={() => show(null)} />
      )}
    </>
  );
}

/** `CONNECTION:COLLECTION` of an address, as a link from what was inspected has it. */
function endOf(text: string | null): RouteEnd | null {
  const [, connection, collection = ""] = /^([^:]+)(?::(.*))?$/s.exec(text ?? "") ?? [];
  return connection === undefined ? null : { connection, collection };
}

function RouteTable({ routes, onOpen }: { routes: readonly Route[]; onOpen(name: string): void }) {
  const keys = useRowKeys({
    count: routes.length,
    onOpen: (index) => {
      const route = routes[index];
      if (route) onOpen(route.name);
    },
  });
  return (
    <Table label="Routes" className="table-fixed">
      <thead>
        <tr>
          <HeadCell className="w-[36%] sm:w-[18%]">Route</HeadCell>
          <HeadCell className="hidden sm:table-cell">From</HeadCell>
          <HeadCell className="hidden sm:table-cell">To</HeadCell>
          <HeadCell>What it does</HeadCell>
          <HeadCell className="hidden w-32 md:table-cell">Set by</HeadCell>
        </tr>
      </thead>
      <tbody {...keys.body}>
        {routes.map((route, index) => (
          <Row key={route.name} {...keys.row(index)} className="cursor-pointer" onClick={() => onOpen(route.name)}>
            <Cell className="overflow-hidden">
              <RowButton onOpen={() => onOpen(route.name)}>
                <span className="font-medium">{route.name}</span>
              </RowButton>
            </Cell>
            <Cell className="hidden sm:table-cell">
              <EndName end={route.definition.source} />
            </Cell>
            <Cell className="hidden sm:table-cell">
              <EndName end={route.definition.target} />
            </Cell>
            <Cell className="wrap-anywhere">{route.words}</Cell>
            <Cell className="hidden text-quiet md:table-cell">{route.fixed ? "Environment" : "An operator"}</Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}
