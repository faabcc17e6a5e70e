import { CopyButton, Identifier, NamespaceName } from "@/components/ui/identifier";
import { Moment } from "@/components/ui/moment";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import type { Finding, FindingKind } from "@/lib/shapes/reason";
import { reasonWords } from "@/lib/shapes/reason-names";

export const findingKindWords: Record<FindingKind, string> = {
  skipped: "Skipped",
  failed: "Failed",
  drifted: "Changed since review",
  warning: "Warning",
};

/** Findings with their reasons; on a phone the namespace and the detail stand below the ID. */
export function FindingTable({ findings, noun }: { findings: readonly Finding[]; noun: "record" | "document" }) {
  const manyIndexes = new Set(findings.map(({ index }) => index)).size > 1;
  return (
    <Table label="Findings" className="table-fixed">
      <thead>
        <tr>
          <HeadCell className="w-20">Kind</HeadCell>
          <HeadCell className="lg:w-[20%]">{noun === "document" ? "Document" : "Record"}</HeadCell>
          <HeadCell className="hidden w-[17%] lg:table-cell">Namespace</HeadCell>
          <HeadCell className="w-[32%] sm:w-36">Reason</HeadCell>
          <HeadCell className="hidden md:table-cell">Detail</HeadCell>
          <HeadCell number className="hidden w-20 xl:table-cell">
            Attempts
          </HeadCell>
          <HeadCell number className="hidden w-24 sm:table-cell">
            Found
          </HeadCell>
        </tr>
      </thead>
      <tbody>
        {findings.map((finding) => (
          <Row key={`${finding.namespace} ${finding.index ?? ""} ${finding.id} ${finding.kind} ${finding.reason}`}>
            <Cell className={finding.kind === "warning" ? "align-top text-attention" : "align-top text-problem"}>
              {findingKindWords[finding.kind]}
            </Cell>
            <Cell className="align-top">
              <span className="flex min-w-0 items-center gap-1">
                <Identifier text={finding.id} />
                <CopyButton text={finding.id} what={`the ${noun}'s ID`} />
              </span>
              {manyIndexes && finding.index !== undefined && (
                <span className="block truncate text-xs text-quiet" title={finding.index}>
                  in <span className="font-mono">{finding.index}</span>
                </span>
              )}
              <span className="flex min-w-0 text-xs text-quiet lg:hidden">
                <NamespaceName name={finding.namespace} />
              </span>
              <span className="block text-xs wrap-anywhere text-quiet md:hidden">{finding.detail}</span>
            </Cell>
            <Cell className="hidden align-top lg:table-cell">
              <span className="flex min-w-0">
                <NamespaceName name={finding.namespace} />
              </span>
            </Cell>
            <Cell className="align-top">{reasonWords[finding.reason]}</Cell>
            <Cell className="hidden align-top wrap-anywhere text-quiet md:table-cell">{finding.detail}</Cell>
            <Cell number className="hidden align-top xl:table-cell">
              {finding.attempts}
            </Cell>
            <Cell number className="hidden align-top text-quiet sm:table-cell">
              <Moment at={finding.at} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}
