"use client";

import { Moment } from "@/components/ui/moment";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { actWords } from "@/components/words/audit";
import type { AuditEntry } from "@/lib/shapes/team/audit";

/** Entries of the audit trail; what was asked, and what stood there before, opens below an entry. */
export function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <Table label="Audit trail">
      <thead>
        <tr>
          <HeadCell number className="hidden sm:table-cell">
            Entry
          </HeadCell>
          <HeadCell>When</HeadCell>
          <HeadCell>Who</HeadCell>
          <HeadCell>What</HeadCell>
          <HeadCell className="hidden md:table-cell">Outcome</HeadCell>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <Row key={entry.number}>
            <Cell number className="hidden align-top sm:table-cell">
              {entry.number}
            </Cell>
            <Cell className="align-top">
              <Moment at={entry.at} />
            </Cell>
            <Cell className="align-top wrap-anywhere">
              {entry.who}
              <span className="block text-xs text-quiet">
                {[entry.role, entry.by, entry.address].filter((part) => part !== "").join(", ")}
              </span>
            </Cell>
            <Cell className="align-top">
              <details>
                <summary className="cursor-pointer wrap-anywhere">
                  <span title={entry.act}>{actWords(entry.act)}</span>{" "}
                  <span className="font-mono text-[12.5px]">{entry.subject}</span>
                </summary>
                <pre className="mt-1 max-w-[70ch] text-xs whitespace-pre-wrap wrap-anywhere text-quiet">
                  {JSON.stringify(entry.details, null, 2)}
                  {entry.planHash !== "" && `\nplan hash ${entry.planHash}`}
                  {`\n${entry.hash}`}
                </pre>
              </details>
              <span className="block md:hidden">
                <Outcome entry={entry} />
              </span>
            </Cell>
            <Cell className="hidden align-top md:table-cell">
              <Outcome entry={entry} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

function Outcome({ entry: { outcome, code } }: { entry: AuditEntry }) {
  const colour = { done: "text-done", refused: "text-attention", failed: "text-problem", unknown: "text-attention" }[
    outcome
  ];
  return (
    <span className={colour}>
      {outcome}
      {code !== "" && <span className="text-quiet"> ({code})</span>}
    </span>
  );
}
