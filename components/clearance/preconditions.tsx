"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { mapField } from "@/app/actions/documents";
import { useAct } from "@/components/data/act";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { manyWords } from "@/components/words/figures";
import { withoutCommands } from "@/components/words/problem";
import type { PreconditionView } from "@/lib/shapes/documents/documents";

const levels = { stop: "error", warn: "warn", note: "info" } as const;

/** What is to be known before the first write, the worst first, each with what can be done about it. */
export function Preconditions({ found }: { found: readonly PreconditionView[] }) {
  if (found.length === 0) return null;
  return (
    <ul aria-label="Before the first write" className="grid gap-2">
      {found.map((one) => (
        <li key={`${one.code} ${one.indices.join(" ")}`}>
          <Notice level={levels[one.level]} action={one.offer && <AddMapping offer={one.offer} />}>
            {one.what} {one.next && <span className="text-quiet">{withoutCommands(one.next)}</span>}
          </Notice>
        </li>
      ))}
    </ul>
  );
}

/** Adding a field to a mapping can't be undone: it is asked for by name. */
function AddMapping({ offer }: { offer: NonNullable<PreconditionView["offer"]> }) {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const adding = useAct(mapField, ({ field, kind, indices }) => {
    toast(`${field} is mapped as ${kind} in ${manyWords(indices.length, "index", "indexes")}.`);
    void client.invalidateQueries({ queryKey: ["documents"] });
  });
  const { field, type, indices } = offer;
  const title = `Add the ${type} mapping`;
  return (
    <>
      <Button busy={adding.isPending} onClick={() => setAsking(true)}>
        {title}
      </Button>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={`Add ${field} to ${manyWords(indices.length, "mapping")}?`}
        description={
          <>
            <p>
              {field} becomes a field of type {type} in{" "}
              <span className="wrap-anywhere">
                {indices.slice(0, 10).join(", ")}
                {indices.length > 10 && ` and ${(indices.length - 10).toString()} more`}
              </span>
              . No document is written, and no other field changes.
            </p>
            <p className="mt-2">A field can't be taken out of a mapping again, nor can its type be changed.</p>
          </>
        }
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Leave the mapping</Button>
            <Button
              look="primary"
              onClick={() => {
                setAsking(false);
                adding.mutate({ field, kind: type, indices });
              }}
            >
              {title}
            </Button>
          </>
        }
      />
    </>
  );
}
