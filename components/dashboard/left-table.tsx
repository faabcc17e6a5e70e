import Link from "next/link";
import { ButtonLink } from "@/components/ui/button";
import { NamespaceName } from "@/components/ui/identifier";
import { Section } from "@/components/ui/page-head";
import { ShoresLine } from "@/components/ui/shores-bar";
import { Empty } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { countWords, differenceWords, manyWords } from "@/components/words/figures";
import { partsOfCounts } from "@/components/words/plan";
import type { Overview } from "@/lib/shapes/overview";

/** What was never counted isn't known to be empty. */
function emptyTitle({ asOf, namespacesTotal }: Overview["progress"]): string {
  if (asOf === null) return "Not counted yet";
  return namespacesTotal === 0 ? "The source has no namespaces" : "All namespaces migrated";
}

/** The namespaces with the most records left, each a way into re-embedding. */
export function LeftTable({ overview }: { overview: Overview }) {
  const { left, progress } = overview;
  return (
    <Section
      title="Namespaces to migrate"
      note={
        progress.namespacesLeft > left.length
          ? `${countWords(left.length)} of ${countWords(progress.namespacesLeft)}`
          : undefined
      }
      actions={
        <ButtonLink href="/namespaces" look="quiet">
          All namespaces
        </ButtonLink>
      }
    >
      {left.length === 0 ? (
        <Empty title={emptyTitle(progress)}>
          {progress.asOf === null
            ? "The namespaces appear here as soon as both indexes could be read."
            : progress.namespacesTotal === 0
              ? "Check that the source index and its key are the right ones."
              : `The target holds at least as many records as the source in each of ${manyWords(progress.namespacesTotal, "namespace")}.`}
        </Empty>
      ) : (
        <Table label="Namespaces to migrate">
          <thead>
            <tr>
              <HeadCell>Namespace</HeadCell>
              <HeadCell className="w-[28%]">Source to target</HeadCell>
              <HeadCell number>Remaining</HeadCell>
            </tr>
          </thead>
          <tbody>
            {left.map((each) => (
              <Row key={each.name}>
                <Cell className="max-w-0 w-[46%]">
                  <Link
                    href={`/reembed?namespace=${encodeURIComponent(each.name)}`}
                    className="flex rounded-sm hover:text-accent"
                  >
                    <span className="sr-only">Re-embed </span>
                    <NamespaceName name={each.name} />
                  </Link>
                </Cell>
                <Cell>
                  <ShoresLine parts={partsOfCounts(each.source, each.target)} tense="place" />
                </Cell>
                <Cell number className="text-create">
                  {differenceWords(each.source, each.target)}
                </Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}
