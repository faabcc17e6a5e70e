"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { resume } from "@/app/actions/runs";
import { useAct } from "@/components/data/act";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { Notice } from "@/components/ui/states";
import { isAtCeiling } from "@/components/words/run";
import type { Run } from "@/lib/shapes/runs/run";
import { keepRun } from "./kept-run";

const names = {
  usd: "US dollars",
  texts: "Texts embedded",
  records: "Records written",
  egress: "GB of egress",
} as const;
const inputs = { usd: "maxUsd", texts: "maxTexts", records: "maxRecords", egress: "maxEgress" } as const;

/** A run that is paused at its ceiling: which, what is spent and left, and how to raise it. */
export function AtCeiling({ run }: { run: Run }) {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [text, setText] = useState("");
  const resuming = useAct(resume, (next) => {
    keepRun(client, next);
  });
  const { reached, words } = run.ceilings ?? { reached: null, words: null };
  const raise = () => setAsking(true);
  useCommands(
    isAtCeiling(run)
      ? [{ id: "raise", title: "Raise ceiling and resume", group: "This page", keys: "p", run: raise }]
      : [],
  );
  if (run.state !== "paused" || reached === null || words === null) return null;
  const value = Number(text);
  const usable =
    text.trim() !== "" &&
    Number.isFinite(value) &&
    value > 0 &&
    (reached === "usd" || reached === "egress" || Number.isInteger(value));
  return (
    <Notice level="warn">
      {words} What was written stays, and nothing is spent while it is paused.{" "}
      <Button look="primary" onClick={raise}>
        Raise ceiling and resume
      </Button>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title="Raise the ceiling?"
        description={<p>{words} The run goes on until the new ceiling, which counts what is spent already.</p>}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Leave it paused</Button>
            <Button
              look="primary"
              disabled={!usable}
              busy={resuming.isPending}
              onClick={() => {
                setAsking(false);
                resuming.mutate({ id: run.id, [inputs[reached]]: value });
              }}
            >
              Resume up to {usable ? text.trim() : "…"}
            </Button>
          </>
        }
      >
        <Field label={names[reached]} hint="In all, what is spent already included">
          {(props) => (
            <Input {...props} inputMode="decimal" value={text} onChange={(event) => setText(event.target.value)} />
          )}
        </Field>
      </Dialog>
    </Notice>
  );
}
