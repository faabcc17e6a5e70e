"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { setSpeed } from "@/app/actions/runs";
import { useAct } from "@/components/data/act";
import { problemOf } from "@/components/data/problem";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { Count } from "@/components/ui/figure";
import { Fact } from "@/components/ui/page-head";
import { isOver } from "@/components/words/run";
import type { Run } from "@/lib/shapes/runs/run";
import { keepRun } from "./kept-run";

/** Text as a limit: `null` for none, `undefined` for what isn't one. */
function limitOf(text: string): number | null | undefined {
  const typed = text.trim().replaceAll(",", "");
  if (typed === "") return null;
  return /^\d+(\.\d+)?$/.test(typed) && Number(typed) >= 0.1 && Number(typed) <= 1_000_000 ? Number(typed) : undefined;
}

/** How many documents per second the run may write; it can be changed while the run works, and every worker keeps to it. */
export function SpeedLimit({ run }: { run: Run }) {
  const client = useQueryClient();
  const form = useId();
  const limit = run.speedLimit ?? null;
  const [asking, setAsking] = useState(false);
  const [text, setText] = useState("");
  const setting = useAct(
    setSpeed,
    (next) => {
      keepRun(client, next);
      setAsking(false);
    },
    "here",
  );
  const open = () => {
    setting.reset();
    setText(limit === null ? "" : String(limit));
    setAsking(true);
  };
  const over = isOver(run);
  useCommands(
    over
      ? []
      : [{ id: "speed", title: "Change the speed limit", group: "This page", keys: "l", words: ["pace"], run: open }],
  );
  const wanted = limitOf(text);
  // Whatever is refused is about the one field of this form.
  const refused = setting.error === null ? undefined : problemOf(setting.error).what;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted === undefined) return;
    setting.mutate({ id: run.id, perSecond: wanted });
  };
  return (
    <Fact name="Speed limit">
      <span className="flex flex-wrap items-center gap-x-2">
        {limit === null ? <span className="text-quiet">none</span> : <Count value={limit} unit="documents/s" />}
        {!over && (
          <button
            type="button"
            disabled={setting.isPending}
            onClick={open}
            className="rounded-sm text-sm text-accent underline underline-offset-2"
          >
            Change<span className="sr-only"> the speed limit</span>
          </button>
        )}
      </span>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title="Speed limit"
        description="Maximum documents per second across all workers. Takes effect within a second."
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button
              type="submit"
              form={form}
              look="primary"
              disabled={wanted === undefined || wanted === limit}
              busy={setting.isPending}
            >
              {wanted === null && limit !== null ? "Remove limit" : "Set limit"}
            </Button>
          </>
        }
      >
        <form id={form} onSubmit={submit} className="mt-4">
          <Field
            label="Documents per second"
            hint="Empty: no limit. Elasticsearch throttling (429) still applies."
            wrong={wanted === undefined ? "A number from 0.1 to 1,000,000, or nothing" : refused}
          >
            {(props) => (
              <Input
                {...props}
                inputMode="decimal"
                className="max-w-40"
                placeholder="no limit"
                value={text}
                onChange={(event) => {
                  setting.reset();
                  setText(event.target.value);
                }}
              />
            )}
          </Field>
        </form>
      </Dialog>
    </Fact>
  );
}
