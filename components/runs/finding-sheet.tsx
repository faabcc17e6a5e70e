import { useQuery } from "@tanstack/react-query";
import { planQuery } from "@/components/data/queries";
import { CopyButton, Identifier, NamespaceName } from "@/components/ui/identifier";
import { Link } from "@/components/ui/link";
import { Moment } from "@/components/ui/moment";
import { Fact } from "@/components/ui/page-head";
import { Sheet } from "@/components/ui/sheet";
import { countWords } from "@/components/words/figures";
import { nounOf } from "@/components/words/run";
import { namespaceHref } from "@/lib/shapes/namespaces/namespace-address";
import type { Finding } from "@/lib/shapes/runs/reason";
import { reasonWords } from "@/lib/shapes/runs/reason-names";
import type { Run } from "@/lib/shapes/runs/run";
import { visible } from "@/lib/text/visible-text";
import { findingKindWords } from "./finding-table";

const link = "rounded-sm text-accent underline underline-offset-2";

/** A finding in full, and the ways to its subject: the namespace, and the record as the run's plan has it. */
export function FindingSheet({ run, finding, onClose }: { run: Run; finding: Finding; onClose(): void }) {
  const plan = useQuery({ ...planQuery(run.planId ?? ""), enabled: run.planId !== null }).data;
  const noun = finding.index === undefined ? nounOf(plan ?? run) : "document";
  // What was carried out without a review holds no records one by one.
  const inPlan =
    plan && plan.left !== null
      ? `/plans/${plan.id}?${new URLSearchParams({ record: finding.id, in: finding.namespace }).toString()}`
      : null;
  // A finding about a listing names no record.
  const inNamespace =
    noun === "record" && finding.id !== "" && finding.reason !== "listing-short"
      ? namespaceHref(finding.namespace, finding.id)
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
        {visible(finding.detail)}
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
      <p className="mt-5 flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {inNamespace !== null && (
          <Link href={inNamespace} className={link}>
            Open the record in its namespace
          </Link>
        )}
        {inPlan !== null && (
          <Link href={inPlan} className={link}>
            Open the {noun} in the plan
          </Link>
        )}
      </p>
    </Sheet>
  );
}
