"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { kindsQuery } from "@/components/data/route-queries";
import { Field, Select } from "@/components/ui/field";
import { Sheet } from "@/components/ui/sheet";
import { ProblemNote } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { abilityWords } from "@/components/words/route";
import { ConnectionForm } from "./connection-form";

/** Adding a connection: the kind, then what that kind asks for. */
export function NewConnection({ onClose, onSaved }: { onClose(): void; onSaved(name: string): void }) {
  const { data, error, refetch } = useQuery(kindsQuery());
  const [chosen, setChosen] = useState<string | null>(null);
  const kind = data?.kinds.find((one) => one.kind === chosen) ?? data?.kinds[0];
  return (
    <Sheet open onClose={onClose} title="New connection" description="A store or an embedder, with what opens it">
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {data && kind && (
        <div className="grid gap-4">
          <Field label="Kind" hint={abilityWords(kind)} className="max-w-140">
            {(props) => (
              <Select
                {...props}
                className="w-full"
                value={kind.kind}
                onChange={(event) => setChosen(event.target.value)}
              >
                {data.kinds.map((one) => (
                  <option key={one.kind} value={one.kind}>
                    {one.service}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <ConnectionForm
            key={kind.kind}
            kind={kind}
            connection={null}
            onSaved={(name) => {
              toast(`The connection ${name} is saved.`);
              onSaved(name);
            }}
            onCancel={onClose}
          />
        </div>
      )}
    </Sheet>
  );
}
