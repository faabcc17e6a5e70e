import { Identifier, NamespaceName } from "@/components/ui/identifier";
import { LongTable } from "@/components/ui/long-table";
import { Moment } from "@/components/ui/moment";
import { useNarrow } from "@/components/ui/narrow";
import { Cell, HeadCell } from "@/components/ui/table";
import { type WaitingCell, WaitingCells } from "@/components/ui/waiting-cells";
import type { Finding, FindingKind } from "@/lib/shapes/runs/reason";
import { reasonWords } from "@/lib/shapes/runs/reason-names";
import { visible } from "@/lib/text/visible-text";

export const findingKindWords: Record<FindingKind, string> = {
  skipped: "Skipped",
  failed: "Failed",
  drifted: "Changed since review",
  warning: "Warning",
};

const shortKindWords: Record<FindingKind, string> = { ...findingKindWords, drifted: "Changed" };

const waiting: readonly WaitingCell[] = [
  ["phone", "h-3 w-12"],
  ["phone", "h-3 w-32"],
  ["lg", "h-3 w-24"],
  ["phone", "h-3 w-20"],
  ["md", "h-3 w-48"],
  ["sm", "ml-auto h-3 w-12"],
];

type TableProps = {
  noun: "record" | "document";
  matching: number;
  rowAt(index: number): Finding | undefined;
  onShown(shown: { first: number; last: number }): void;
  onOpen(finding: Finding): void;
  /** Names what is listed: other filters begin at the beginning. */
  list: string;
};

/** Findings with their reasons, of which only those in view are rendered; a row opens the finding in full. */
export function FindingTable({ noun, matching, rowAt, onShown, onOpen, list }: TableProps) {
  const narrow = useNarrow();
  return (
    <LongTable
      label="Findings"
      list={list}
      count={matching}
      rowHeight={narrow ? 52 : 32}
      onShown={onShown}
      onOpen={(index) => {
        const finding = rowAt(index);
        if (finding) onOpen(finding);
      }}
      head={
        <>
          <HeadCell className="w-20">Kind</HeadCell>
          <HeadCell className="lg:w-[20%]">{noun === "document" ? "Document" : "Record"}</HeadCell>
          <HeadCell className="hidden w-[17%] lg:table-cell">Namespace</HeadCell>
          <HeadCell className="w-[32%] sm:w-40">Reason</HeadCell>
          <HeadCell className="hidden md:table-cell">Detail</HeadCell>
          <HeadCell number className="hidden w-24 sm:table-cell">
            Found
          </HeadCell>
        </>
      }
      waiting={<WaitingCells of={waiting} />}
      cells={(index) => {
        const finding = rowAt(index);
        return finding ? <FindingCells finding={finding} /> : null;
      }}
    />
  );
}

function FindingCells({ finding }: { finding: Finding }) {
  return (
    <>
      <Cell className={finding.kind === "warning" ? "text-attention" : "text-problem"}>
        {shortKindWords[finding.kind]}
      </Cell>
      <Cell className="overflow-hidden">
        <span className="flex min-w-0">
          <Identifier text={finding.id} />
        </span>
        <span className="flex min-w-0 text-xs text-quiet lg:hidden">
          <NamespaceName name={finding.namespace} />
        </span>
      </Cell>
      <Cell className="hidden overflow-hidden lg:table-cell">
        <span className="flex min-w-0">
          <NamespaceName name={finding.namespace} />
        </span>
      </Cell>
      <Cell className="truncate">{reasonWords[finding.reason]}</Cell>
      <Cell className="hidden truncate text-quiet md:table-cell">{visible(finding.detail)}</Cell>
      <Cell number className="hidden text-quiet sm:table-cell">
        <Moment at={finding.at} />
      </Cell>
    </>
  );
}
