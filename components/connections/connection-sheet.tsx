"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { remove } from "@/app/actions/routes";
import { useAct } from "@/components/data/act";
import { connectionsQuery, connectionTestQuery, kindsQuery } from "@/components/data/route-queries";
import { Button } from "@/components/ui/button";
import { Fact } from "@/components/ui/page-head";
import { RemovalDialog } from "@/components/ui/removal-dialog";
import { Sheet } from "@/components/ui/sheet";
import { Empty, Notice, ProblemNote } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { abilityWords } from "@/components/words/route";
import type { Connection } from "@/lib/shapes/routes/route";
import { ConnectionForm } from "./connection-form";
import { TestOutcome } from "./test-outcome";

/** One connection: its settings with masked secrets, its test, changing and removing it. */
export function ConnectionSheet({ name, onClose }: { name: string; onClose(): void }) {
  const client = useQueryClient();
  const { data } = useQuery(connectionsQuery());
  const kinds = useQuery(kindsQuery());
  const test = useQuery({ ...connectionTestQuery(name), enabled: false });
  const [changing, setChanging] = useState(false);
  const [asking, setAsking] = useState(false);
  const removing = useAct(
    remove,
    () => {
      void client.invalidateQueries({ queryKey: ["connections"] });
      toast(`The connection ${name} is removed, its secrets with it.`);
      onClose();
    },
    "here",
  );
  const connection = data?.connections.find((one) => one.name === name);
  const kind = kinds.data?.kinds.find((one) => one.kind === connection?.kind);
  return (
    <Sheet
      open
      onClose={onClose}
      title={name}
      description={connection ? `${connection.service} · ${abilityWords(connection)}` : "Connection"}
      actions={
        connection &&
        !changing && (
          <>
            <Button look="primary" busy={test.isFetching} onClick={() => void test.refetch()}>
              Test connection
            </Button>
            {!connection.fixed && kind && <Button onClick={() => setChanging(true)}>Change connection</Button>}
            {!connection.fixed && (
              <Button
                look="danger"
                onClick={() => {
                  removing.reset();
                  setAsking(true);
                }}
              >
                Remove connection
              </Button>
            )}
          </>
        )
      }
    >
      {data && !connection && <Empty title="There is no such connection">It may have been removed.</Empty>}
      {connection && kind && changing && (
        <ConnectionForm
          kind={kind}
          connection={connection}
          onSaved={() => {
            setChanging(false);
            toast(`The connection ${name} is changed.`);
          }}
          onCancel={() => setChanging(false)}
        />
      )}
      {connection && !changing && (
        <div className="grid gap-5">
          {connection.problem !== null && <Notice level="error">{connection.problem}</Notice>}
          <About connection={connection} />
          {test.error && !test.isFetching && <ProblemNote error={test.error} />}
          {test.data && <TestOutcome test={test.data} />}
        </div>
      )}
      <RemovalDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={`Remove ${name}?`}
        description="Its secrets go with it. Runs that were made with it stay in the history."
        what="connection"
        removing={removing}
        onRemove={() => removing.mutate({ name })}
      />
    </Sheet>
  );
}

const origins: Record<string, string> = { saved: "", sealed: "sealed", environment: "variable" };

function About({ connection }: { connection: Connection }) {
  return (
    <dl className="grid grid-cols-1 gap-x-6 gap-y-4 sm:grid-cols-2">
      {connection.settings.map(({ key, label, value, origin }) => {
        const note = connection.fixed ? `Set by ${origin}` : (origins[origin] ?? origin);
        return (
          <Fact key={key} name={label}>
            {value === null ? (
              <span className="text-quiet">Not set</span>
            ) : (
              <span className="font-mono text-[12.5px]">{value}</span>
            )}
            {note !== "" && <span className="block text-xs text-quiet">{note}</span>}
          </Fact>
        );
      })}
      <Fact name="Used by">{connection.usedBy.join(", ") || <span className="text-quiet">Nothing</span>}</Fact>
    </dl>
  );
}
