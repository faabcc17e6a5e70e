"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { switchApplication } from "@/app/actions/moving";
import { saveNew } from "@/app/actions/routes";
import { useAct } from "@/components/data/act";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { CopyButton } from "@/components/ui/identifier";
import { Notice } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { withoutCommands } from "@/components/words/problem";
import type { SwitchAnswer, SwitchStanding } from "@/lib/shapes/cut-over/switch";

const least = 3;

/** Which way it can be switched: what stands against it is asked first, and shown before anything is written. */
export function SwitchPanel({
  name,
  standing,
  isNext,
}: {
  name: string;
  standing: SwitchStanding;
  /** Nothing comes before it any more. */
  isNext: boolean;
}) {
  const client = useQueryClient();
  const [shown, setShown] = useState<SwitchAnswer | null>(null);
  const [reason, setReason] = useState("");
  const to = standing.active === "source" ? "target" : "source";
  // What was seen when it was asked: with another switch since, this one is refused.
  const [generation, setGeneration] = useState(standing.generation);
  const looking = useAct(switchApplication, (answer) => {
    setReason("");
    setShown(answer);
  });
  const switching = useAct(switchApplication, (answer) => {
    setShown(null);
    toast(answer.switch?.words ?? "Switched.");
    void client.invalidateQueries();
  });
  const against = shown?.against ?? [];
  const way = shown?.to ?? to;
  const forced = against.length > 0;
  return (
    <div className="mt-3 grid gap-3">
      {standing.file === "missing" && <Notice level="warn">The file that the application reads is missing.</Notice>}
      {standing.file === "other" && (
        <Notice level="warn">
          The file that the application reads holds something else than the last switch wrote.
        </Notice>
      )}
      {(standing.file === "missing" || standing.file === "other") && standing.history.length > 0 && (
        <Button
          className="justify-self-start"
          busy={switching.isPending}
          onClick={() => switching.mutate({ name, to: standing.active, generation: standing.generation })}
        >
          Write the file again
        </Button>
      )}
      <div>
        <Button
          look={to === "target" && isNext ? "primary" : "plain"}
          busy={looking.isPending}
          onClick={() => {
            setGeneration(standing.generation);
            looking.mutate(
              { name, to, generation: standing.generation, dryRun: true },
              { onError: () => void client.invalidateQueries() },
            );
          }}
        >
          {looking.isPending ? "Checking" : to === "target" ? "Switch to the target" : "Switch back to the source"}
        </Button>
        <p className="mt-1.5 text-xs text-quiet">
          Nothing is written before you have seen what. The application reads this file:
        </p>
        <p className="flex items-center gap-1 text-xs text-quiet">
          <span className="min-w-0 font-mono wrap-anywhere">{standing.paths.json}</span>
          <CopyButton text={standing.paths.json} what="path" />
        </p>
      </div>
      <WayBack standing={standing} />
      <Dialog
        open={shown !== null}
        onOpenChange={(open) => !open && setShown(null)}
        title={way === "target" ? "Switch to the target?" : "Switch back to the source?"}
        description={
          forced ? (
            <div>
              <p>This stands against it:</p>
              <ul className="mt-1 grid gap-1.5">
                {against.map(({ code, words }) => (
                  <li key={`${code}${words}`} className="grid grid-cols-[1rem_1fr] text-ink">
                    <span aria-hidden className="font-mono font-semibold text-problem">
                      !
                    </span>
                    <span className="wrap-anywhere">{withoutCommands(words)}</span>
                  </li>
                ))}
              </ul>
            </div>
          ) : (
            <p>Nothing stands against it. The file is replaced in one step, and the application asks the other side.</p>
          )
        }
        actions={
          <>
            <Button onClick={() => setShown(null)}>Cancel</Button>
            <Button
              look={forced ? "danger" : "primary"}
              disabled={forced && reason.trim().length < least}
              busy={switching.isPending}
              onClick={() =>
                switching.mutate(
                  { name, to: way === "source" ? "back" : way, generation, ...(forced && { force: reason.trim() }) },
                  { onError: () => void client.invalidateQueries() },
                )
              }
            >
              {forced ? "Switch anyway" : way === "target" ? "Switch to the target" : "Switch back"}
            </Button>
          </>
        }
      >
        {shown && (
          <div className="mt-3 grid gap-3">
            {shown.notes.map((words) => (
              <Notice key={words} level="info">
                {withoutCommands(words)}
              </Notice>
            ))}
            <section
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
              tabIndex={0}
              aria-label="What is written"
              className="max-h-48 overflow-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-xs whitespace-pre"
            >
              {shown.env}
              {shown.statements.map((statement) => `${statement};\n`).join("")}
            </section>
            {forced && (
              <Field label="Reason for switching anyway" hint="Kept in the history, with who and when.">
                {(props) => <Input {...props} value={reason} onChange={(event) => setReason(event.target.value)} />}
              </Field>
            )}
          </div>
        )}
      </Dialog>
    </div>
  );
}

/** What carries home what is written to the target. */
function WayBack({ standing }: { standing: SwitchStanding }) {
  const client = useQueryClient();
  const keeping = useAct(saveNew, ({ route }) => {
    toast(`The route ${route.name} is saved.`);
    void client.invalidateQueries();
  });
  const { route, offer, why } = standing.back;
  if (route !== null)
    return (
      <p className="text-sm text-quiet">The route {route} brings what is written to the target back to the source.</p>
    );
  if (offer === null) return <p className="text-sm text-quiet">{withoutCommands(why ?? "")}</p>;
  return (
    <div className="border-t border-line pt-3">
      <p className="text-sm text-quiet">
        What the application writes to the target isn't in the source. A route back brings it there, so that going back
        loses nothing.
      </p>
      <Button
        className="mt-2"
        busy={keeping.isPending}
        onClick={() => keeping.mutate({ name: offer.name, definition: offer.definition })}
      >
        Save the route {offer.name}
      </Button>
    </div>
  );
}
