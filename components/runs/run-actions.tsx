"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { cancel, pause, resume, verify } from "@/app/actions/runs";
import { useAct } from "@/components/data/act";
import { useGo } from "@/components/data/use-go";
import { type Command, useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { manyWords } from "@/components/words/figures";
import { isOver, isWriting, offersOf, runKindOf } from "@/components/words/run";
import type { Run, RunDetail } from "@/lib/shapes/runs/run";
import { keepRun } from "./kept-run";
import { PlanRest } from "./plan-rest";
import { VerifyEvery } from "./verify-every";

/** Pause, resume and cancel: by button, by key, from the palette. Cancelling asks first, since it ends the run. */
export function RunActions({ run, settings }: { run: Run; settings: RunDetail["settings"] }) {
  const client = useQueryClient();
  const go = useGo();
  const [asking, setAsking] = useState(false);
  const keep = (next: Run) => {
    keepRun(client, next);
  };
  const pausing = useAct(pause, keep);
  const resuming = useAct(resume, keep);
  const cancelling = useAct(cancel, keep);
  const verifying = useAct(verify, ({ run: next }) => go(`/runs/${next.id}`));
  const busy = pausing.isPending || resuming.isPending || cancelling.isPending;
  const offers = offersOf(run);
  const { id } = run;
  const name = runKindOf(run).toLowerCase();

  const commands: Command[] = [];
  if (offers.pause)
    commands.push({
      id: "pause",
      title: "Pause the run",
      group: "This page",
      keys: "p",
      run: () => pausing.mutate({ id }),
    });
  if (offers.resume)
    commands.push({
      id: "resume",
      title: "Resume the run",
      group: "This page",
      keys: "p",
      run: () => resuming.mutate({ id }),
    });
  if (offers.cancel)
    commands.push({ id: "cancel", title: "Cancel the run", group: "This page", keys: "c", run: () => setAsking(true) });
  // What was written to documents is read back by the run itself, with what it wrote at hand.
  const verifiable = isOver(run) && run.kind !== "clearance" && (isWriting(run) || run.kind === "verify");
  const check = () => verifying.mutate({ namespaces: run.namespaces, ...(run.route ? { route: run.route.name } : {}) });
  if (verifiable)
    commands.push({
      id: "verify",
      title: "Verify again",
      group: "This page",
      keys: "v",
      words: ["read back"],
      run: check,
    });
  useCommands(commands);

  return (
    <>
      {offers.resume && (
        <Button look="primary" busy={busy} onClick={() => resuming.mutate({ id })}>
          Resume {name}
        </Button>
      )}
      {run.state === "cancelled" && run.kind !== "verify" && <PlanRest run={run} settings={settings} />}
      {verifiable && (
        <>
          <Button busy={verifying.isPending} onClick={check}>
            Verify again
          </Button>
          <VerifyEvery of={{ run: run.id }} namespaces={run.namespaces} route={run.route?.name ?? null} />
        </>
      )}
      {run.state === "pausing" && (
        <Button busy title="The batches in flight are finished first: nothing that is paid for is lost.">
          Pausing: finishing the batches in flight
        </Button>
      )}
      {offers.pause && (
        <Button busy={busy} onClick={() => pausing.mutate({ id })}>
          Pause {name}
        </Button>
      )}
      {offers.cancel && (
        <Button look="danger" busy={busy} onClick={() => setAsking(true)}>
          Cancel {name}
        </Button>
      )}
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={`Cancel this ${name}?`}
        description={
          <p>
            Stops after the current batches. Can't be resumed.{" "}
            {run.kind === "clearance"
              ? `${manyWords(run.outcome.written, "document")} written so far ${run.outcome.written === 1 ? "keeps its" : "keep their"} level; planning again finds the rest.`
              : `${manyWords(run.outcome.written, "record")} written so far ${run.outcome.written === 1 ? "stays" : "stay"} in the target; starting again skips them.`}
          </p>
        }
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Keep running</Button>
            <Button
              look="danger"
              onClick={() => {
                setAsking(false);
                cancelling.mutate({ id });
              }}
            >
              Cancel {name}
            </Button>
          </>
        }
      />
    </>
  );
}
