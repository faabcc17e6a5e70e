"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { apply, approve, withdraw } from "@/app/actions/mirroring";
import { useAct } from "@/components/data/act";
import { planQuery } from "@/components/data/queries";
import { isOf } from "@/components/data/route-address";
import { useGo } from "@/components/data/use-go";
import { useMay } from "@/components/data/use-may";
import { CeilingFields, useCeilings } from "@/components/migrate/ceiling-fields";
import { BackUp } from "@/components/namespaces/back-up";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Select } from "@/components/ui/field";
import { toast } from "@/components/ui/toast";
import { applyWords, costLeft, leftOf, type Phases } from "@/components/words/change";
import { setWords, valueWords } from "@/components/words/clearance";
import { aboutMoneyWords, manyWords } from "@/components/words/figures";
import { termsOf } from "@/components/words/terms";
import type { ClearancePlan } from "@/lib/shapes/documents/clearance";
import type { Plan } from "@/lib/shapes/plans/plan";
import { ownRevision } from "./use-excluding";

const phases = ["both", "creates", "updates"] as const;

/** Approving fixes what is left after the exclusions; applying does that and nothing else. The amount stands on the button. */
export function Decide({ plan, sandbox, stale }: { plan: Plan; sandbox: boolean; stale: boolean }) {
  const client = useQueryClient();
  const go = useGo();
  const [only, setOnly] = useState<Phases>("both");
  const [asking, setAsking] = useState<"approve" | "apply" | null>(null);
  const [includeNew, setIncludeNew] = useState(false);
  const ceilings = useCeilings();
  const may = useMay("approver");
  const keep = (next: Plan) => {
    // Deciding moves the revision as excluding does: this one is nobody else's doing.
    client.setQueryData(ownRevision(plan.id), next.revision);
    client.setQueryData(planQuery(plan.id).queryKey, next);
    void client.invalidateQueries({ predicate: isOf("plans") });
    void client.invalidateQueries({ queryKey: ["standing", plan.id] });
  };
  // Refused: somebody else has decided about it, or it grew too old. The page shows how it stands now.
  const lookAgain = () => {
    void client.invalidateQueries({ queryKey: planQuery(plan.id).queryKey });
    void client.invalidateQueries({ queryKey: ["standing", plan.id] });
  };
  const approving = useAct(approve, keep);
  const withdrawing = useAct(withdraw, keep);
  const applying = useAct(apply, (answer) => {
    keep(answer.plan);
    if (answer.already) toast("Already applied: nothing was started.");
    else if (answer.resumed) toast("Resumed the run that applies this plan.");
    if (answer.run) go(`/runs/${answer.run.id}`);
    else toast("There was nothing to apply.");
  });
  const left = leftOf(plan, only);
  const excluded = plan.excluded.create + plan.excluded.update;
  const { usd, texts } = costLeft(plan, only);
  const nothing = left.create + left.update === 0;
  // Where only the whole plan was estimated, what is left of it costs that much at most.
  const most = plan.left === null && (excluded > 0 || only !== "both") ? "at most " : "";
  const { clearance } = plan;
  const doing = clearance ? setWords(left, valueWords(clearance.value)) : applyWords(left, plan.fills);
  const amount = clearance ? doing : `${doing} · ${usd.total > 0 ? most : ""}${aboutMoneyWords(usd.total)}`;
  const fix = () => approving.mutate({ id: plan.id, hash: plan.hash, revision: plan.revision }, { onError: lookAgain });
  const decidable = !stale && (plan.state === "ready" || plan.state === "approved");
  const both = plan.counts.create > plan.excluded.create && plan.counts.update > plan.excluded.update;
  useCommands(
    !decidable || nothing || !may
      ? []
      : plan.state === "ready"
        ? [{ id: "approve", title: "Approve plan", group: "This page", keys: "a", run: () => setAsking("approve") }]
        : [
            {
              id: "apply",
              title: amount,
              group: "This page",
              keys: "a",
              words: ["apply"],
              run: () => setAsking("apply"),
            },
          ],
  );
  if (!decidable || plan.counts.create + plan.counts.update === 0) return null;
  if (!may) {
    return (
      <p role="status" className="border-t border-line pt-4 text-sm text-quiet">
        {plan.state === "ready"
          ? "An approver decides about this plan. Nothing is written until it is approved and applied."
          : "This plan is approved. An approver applies it; nothing is written until then."}
      </p>
    );
  }
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t border-line pt-4">
      {plan.state === "ready" && (
        <Button look="primary" disabled={nothing} busy={approving.isPending} onClick={fix}>
          Approve plan
        </Button>
      )}
      {plan.state === "approved" && both && (
        <Select
          aria-label="What to apply"
          value={only}
          onChange={(event) => setOnly(phases.find((phase) => phase === event.target.value) ?? "both")}
        >
          {phases.map((phase) => (
            <option key={phase} value={phase}>
              {termsOf(plan).phases[phase]}
            </option>
          ))}
        </Select>
      )}
      {plan.state === "approved" && (
        <>
          <Button look="primary" disabled={nothing} busy={applying.isPending} onClick={() => setAsking("apply")}>
            {amount}
          </Button>
          <Button
            busy={withdrawing.isPending}
            onClick={() => withdrawing.mutate({ id: plan.id }, { onError: lookAgain })}
          >
            Withdraw approval
          </Button>
        </>
      )}
      {!clearance && plan.counts.update > plan.excluded.update && (
        <BackUp side="target" namespaces={plan.namespaces}>
          Back up first
        </BackUp>
      )}
      <p role="status" className="text-sm text-quiet">
        {nothing
          ? "Every change is excluded: there is nothing to apply."
          : plan.state === "ready"
            ? "Approval locks this plan. Nothing is written until you apply it."
            : clearance
              ? "A document that changed since is looked at again: what was not reviewed is left alone and reported."
              : "Records that moved since the review will be left alone and reported."}
        {excluded > 0 && ` ${manyWords(excluded, "change")} excluded.`}
      </p>
      <Dialog
        open={asking === "approve"}
        onOpenChange={(open) => setAsking(open ? "approve" : null)}
        title="Approve this plan?"
        description={`${amount}: that is what can be applied then, and nothing else. Nothing is written yet, and the approval can be withdrawn until something is applied.`}
        actions={
          <>
            <Button onClick={() => setAsking(null)}>Cancel</Button>
            <Button
              look="primary"
              onClick={() => {
                setAsking(null);
                fix();
              }}
            >
              Approve plan
            </Button>
          </>
        }
      />
      <Dialog
        open={asking === "apply"}
        onOpenChange={(open) => setAsking(open ? "apply" : null)}
        title={`${doing}?`}
        description={
          clearance ? (
            <ClearanceDescription
              {...{ plan, clearance, left, includeNew, only }}
              onIncludeNew={(include) => setIncludeNew(include)}
            />
          ) : (
            <>
              <p>
                In {manyWords(plan.namespaces.length, "namespace")} of the target, exactly as reviewed.{" "}
                {texts === 0
                  ? "Nothing is embedded"
                  : `${most.startsWith("at") ? "At most " : "About "}${manyWords(texts, "text")} will be embedded`}
                {usd.total > 0 && `, ${most}${aboutMoneyWords(usd.total)} in all`}. Nothing is deleted; the source is
                only read.
              </p>
              {sandbox && (
                <p className="mt-2">In the sandbox nothing is charged: this is what the services would charge.</p>
              )}
            </>
          )
        }
        actions={
          <>
            <Button onClick={() => setAsking(null)}>Cancel</Button>
            <Button
              look="primary"
              disabled={!ceilings.usable}
              busy={applying.isPending}
              onClick={() => {
                setAsking(null);
                const hash = plan.approved?.hash ?? plan.hash;
                const newcomers = clearance && includeNew && only !== "updates" ? { includeNew } : {};
                const capped = clearance ? {} : ceilings.given;
                applying.mutate({ id: plan.id, only, hash, ...newcomers, ...capped }, { onError: lookAgain });
              }}
            >
              {amount}
            </Button>
          </>
        }
      >
        {!clearance && <CeilingFields ceilings={ceilings} />}
      </Dialog>
    </div>
  );
}

type DescriptionProps = {
  plan: Plan;
  clearance: ClearancePlan;
  left: { create: number; update: number };
  only: Phases;
  includeNew: boolean;
  onIncludeNew: (include: boolean) => void;
};

/** How much is written to documents, and what of them. */
function ClearanceDescription({ plan, clearance, left, only, includeNew, onIncludeNew }: DescriptionProps) {
  const { field, target } = clearance;
  return (
    <>
      <p>
        {manyWords(left.create + left.update, "document")} in index{" "}
        <span className="font-mono text-[12.5px] text-ink">{target.join(", ")}</span> will be updated, exactly as
        reviewed. Of each only <span className="font-mono text-[12.5px] text-ink">{field}</span> changes; nothing is
        deleted.
        {plan.counts.update > 0 && left.update === 0 && " Other levels are kept."}
      </p>
      {left.update > 0 && (
        <p className="mt-2 font-semibold text-attention">
          {manyWords(left.update, "level")} that {left.update === 1 ? "is" : "are"} there now will be overwritten.
        </p>
      )}
      {only !== "updates" && (
        <label className="mt-3 flex items-center gap-2">
          <input type="checkbox" checked={includeNew} onChange={(event) => onIncludeNew(event.target.checked)} />
          Also set documents without a level that came since the plan. Nobody has reviewed them.
        </label>
      )}
    </>
  );
}
