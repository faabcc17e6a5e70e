import Link from "next/link";
import { namespaceHref } from "@/components/namespaces/namespace-href";
import { CopyButton, Identifier, NamespaceName } from "@/components/ui/identifier";
import { Moment } from "@/components/ui/moment";
import { Fact } from "@/components/ui/page-head";
import { Sheet } from "@/components/ui/sheet";
import { countWords } from "@/components/words/figures";
import { nounOf } from "@/components/words/run";
import type { Finding } from "@/lib/shapes/reason";
import { reasonWords } from "@/lib/shapes/reason-names";
import type { Run } from "@/lib/shapes/run";
import { findingKindWords } from "./finding-table";

const link = "rounded-sm text-accent underline underline-offset-2";

/** A finding in full, and the ways to its subject: the namespace, and the record as the run's plan has it. */
export function FindingSheet({ run, finding, onClose }: { run: Run; finding: Finding; onClose(): void }) {
  const noun = nounOf(run);
  const inPlan =
    run.planId !== null && run.kind !== "reembed"
      ? `/plans/${run.planId}?${new URLSearchParams({ record: finding.id, in: finding.namespace }).toString()}`
      : null;
  return (
    <Sheet
      open
      onClose={onClose}
      description={`Why this ${noun} is a finding`}
      title={
        <span className="flex min-w-0 items-center gap-1">
          <Identifier text={finding.id} />
          <CopyButton text={finding.id} what={`the ${noun}'s ID`} />
        </span>
      }
    >
      <p className="wrap-anywhere">
        <span className={finding.kind === "warning" ? "font-medium text-attention" : "font-medium text-problem"}>
          {findingKindWords[finding.kind]}: {reasonWords[finding.reason]}.
        </span>{" "}
        {finding.detail}
      </p>
      <dl className="mt-5 flex flex-wrap gap-x-8 gap-y-4">
        <Fact name="Namespace">
          {noun === "record" ? (
            <Link href={namespaceHref(finding.namespace)} className={link}>
              <NamespaceName name={finding.namespace} />
            </Link>
          ) : (
            <NamespaceName name={finding.namespace} />
          )}
        </Fact>
        {finding.index !== undefined && (
          <Fact name="Index">
            <span className="font-mono text-[12.5px] wrap-anywhere">{finding.index}</span>
          </Fact>
        )}
        <Fact name="Attempts">{countWords(finding.attempts)}</Fact>
        <Fact name="Found">
          <Moment at={finding.at} />
        </Fact>
      </dl>
      {inPlan !== null && (
        <p className="mt-5 text-sm">
          <Link href={inPlan} className={link}>
            Open the {noun} in the plan
          </Link>
        </p>
      )}
    </Sheet>
  );
}
