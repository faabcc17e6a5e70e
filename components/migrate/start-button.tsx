"use client";

import { useState } from "react";
import { beginMigration } from "@/app/actions/migrating";
import { useAct } from "@/components/data/act";
import { useGo } from "@/components/data/use-go";
import { useCommands } from "@/components/shell/commands";
import { Button, ButtonLink } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Moment } from "@/components/ui/moment";
import { toast } from "@/components/ui/toast";
import { costLeft } from "@/components/words/change";
import { aboutMoneyWords, manyWords } from "@/components/words/figures";
import type { Plan } from "@/lib/shapes/plans/plan";
import { ceilingDollars, confirmedCeilings } from "@/lib/shapes/runs/confirmed-ceilings";
import { CeilingFields, useCeilings } from "./ceiling-fields";

/** Starts exactly what was estimated: plan and hash go with it. The amount stands on the button; money asks once more. */
export function StartButton({ plan, sandbox }: { plan: Plan; sandbox: boolean }) {
  const go = useGo();
  const [asking, setAsking] = useState(false);
  const { texts, usd } = costLeft(plan, "both");
  const create = plan.counts.create - plan.excluded.create;
  const ceilings = useCeilings({ maxUsd: usd.total, maxTexts: texts, maxRecords: create });
  const starting = useAct(beginMigration, ({ run, resumed, already }) => {
    if (resumed) toast("Resumed the interrupted run.");
    if (already) toast("This estimate was carried out before: nothing was started.");
    go(`/runs/${run.id}`);
  });
  // Copied vectors cost no text.
  const copies = texts === 0;
  const verb = copies ? "Copy" : "Embed";
  const one = plan.fills ? "row" : "record";
  const what = copies ? manyWords(create, "record") : manyWords(texts, "text");
  const amount = `${what} · ${aboutMoneyWords(usd.total)}`;
  const start = () => starting.mutate({ planId: plan.id, hash: plan.hash, revision: plan.revision, ...ceilings.given });
  const ask = () => setAsking(true);
  const { maxUsd } = confirmedCeilings(plan);
  const most = {
    ...(copies ? {} : { maxTexts: manyWords(texts, "text") }),
    ...(maxUsd === null ? {} : { maxUsd: ceilingDollars(maxUsd) }),
  };
  const standing = Object.values(most);
  const startable = plan.state === "ready" && create > 0;
  useCommands(
    startable
      ? [{ id: "start", title: `${verb} ${amount}`, group: "This page", keys: "s", words: ["start"], run: ask }]
      : [],
  );
  if (create === 0) {
    return (
      <p className="border-t border-line pt-4 text-quiet">
        Nothing to start:{" "}
        {plan.excluded.create > 0
          ? `every ${one} is excluded.`
          : plan.counts.problem > 0
            ? `no ${one} can be ${plan.fills ? "filled" : "created"}.`
            : plan.fills
              ? "every row has a vector."
              : "the target has every record by ID."}
      </p>
    );
  }
  if (!startable) return null;
  const charged = sandbox
    ? "In the sandbox nothing is charged: this is what the services would charge."
    : "The amount is an estimate; the services charge what they count.";
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line pt-4">
      <Button look="primary" busy={starting.isPending} onClick={ask}>
        {starting.isPending ? "Starting the run" : `${verb} ${amount}`}
      </Button>
      {plan.runId !== null && (
        <ButtonLink look="quiet" href={`/runs/${plan.runId}`}>
          Open the estimate's run
        </ButtonLink>
      )}
      <span className="text-sm text-quiet">
        Estimated <Moment at={plan.createdAt} />
      </span>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={`${verb} ${what}?`}
        description={
          <>
            <p>
              {manyWords(create, one)} in {manyWords(plan.namespaces.length, "namespace")} will{" "}
              {plan.fills
                ? "get a vector made of their text"
                : `be ${copies ? "copied" : "embedded and written"} to the target`}
              : those that the plan holds and that weren't taken out, no others.{" "}
              {plan.fills
                ? "Only the vector, its model and its time are written; no row is created or deleted."
                : "The source is only read; nothing is deleted."}
            </p>
            <p className="mt-2">
              {charged}{" "}
              {standing.length > 0 &&
                `The run pauses before it goes beyond ${standing.join(" or ")}, unless you set other ceilings. `}
              You can pause or cancel at any time.
            </p>
          </>
        }
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button
              look="primary"
              disabled={!ceilings.usable}
              busy={starting.isPending}
              onClick={() => {
                setAsking(false);
                start();
              }}
            >
              {verb} {amount}
            </Button>
          </>
        }
      >
        <CeilingFields ceilings={ceilings} standing={{ ...most, maxRecords: "none" }} copies={copies} />
      </Dialog>
    </div>
  );
}
