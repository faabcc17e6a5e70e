"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { parseAsString, useQueryState } from "nuqs";
import { ConfigurationTabs } from "@/components/configuration/configuration-tabs";
import { connectionsQuery } from "@/components/data/route-queries";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { PageHead } from "@/components/ui/page-head";
import { RowButton } from "@/components/ui/row-button";
import { useRowKeys } from "@/components/ui/row-keys";
import { Skeleton } from "@/components/ui/skeleton";
import { ProblemNote } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { abilityWords } from "@/components/words/route";
import type { Connection } from "@/lib/shapes/routes/route";

// Fetched when it is first opened.
const ConnectionSheet = dynamic(() => import("./connection-sheet").then((module) => module.ConnectionSheet), {
  ssr: false,
});
const NewConnection = dynamic(() => import("./new-connection").then((module) => module.NewConnection), { ssr: false });

/** Named stores and embedders: those of the environment, and those that were added here. */
export function ConnectionsPage() {
  const [open, setOpen] = useQueryState("open", parseAsString);
  const { data, error, refetch } = useQuery(connectionsQuery());
  const show = (name: string | null) => void setOpen(name);
  useCommands([
    {
      id: "add-connection",
      title: "Add a connection",
      group: "This page",
      keys: "a",
      words: ["store", "embedder", "key"],
      run: () => show("+"),
    },
  ]);
  return (
    <>
      <PageHead
        title="Connections"
        note="Stores and embedders that routes lead between"
        actions={
          <Button look="primary" onClick={() => show("+")}>
            Add connection
          </Button>
        }
      />
      <ConfigurationTabs />
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-48 w-full rounded-md" />}
      {data && <ConnectionTable connections={data.connections} onOpen={show} />}
      {open === "+" && <NewConnection onClose={() => show(null)} onSaved={show} />}
      {open !== null && open !== "+" && <ConnectionSheet name={open} onClose={() => show(null)} />}
    </>
  );
}

function ConnectionTable({ connections, onOpen }: { connections: readonly Connection[]; onOpen(name: string): void }) {
  const keys = useRowKeys({
    count: connections.length,
    onOpen: (index) => {
      const connection = connections[index];
      if (connection) onOpen(connection.name);
    },
  });
  return (
    <Table label="Connections" className="table-fixed">
      <thead>
        <tr>
          <HeadCell className="w-[45%] sm:w-[26%]">Connection</HeadCell>
          <HeadCell>Service</HeadCell>
          <HeadCell className="hidden md:table-cell">Use</HeadCell>
          <HeadCell className="hidden w-32 sm:table-cell">Set by</HeadCell>
          <HeadCell className="hidden lg:table-cell">Used by</HeadCell>
        </tr>
      </thead>
      <tbody {...keys.body}>
        {connections.map((connection, index) => (
          <Row
            key={connection.name}
            {...keys.row(index)}
            className="cursor-pointer"
            onClick={() => onOpen(connection.name)}
          >
            <Cell className="overflow-hidden">
              <RowButton onOpen={() => onOpen(connection.name)}>
                <span className="font-medium">{connection.name}</span>
              </RowButton>
              {connection.problem !== null && <span className="block text-xs text-problem">Can't be opened</span>}
            </Cell>
            <Cell className="truncate">{connection.service}</Cell>
            <Cell className="hidden md:table-cell">{abilityWords(connection)}</Cell>
            <Cell className="hidden text-quiet sm:table-cell">{connection.fixed ? "Environment" : "An operator"}</Cell>
            <Cell className="hidden truncate text-quiet lg:table-cell">{connection.usedBy.join(", ") || "–"}</Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}
