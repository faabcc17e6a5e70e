import { Difference, RowPicture } from "@/components/namespaces/counts";
import { ButtonLink } from "@/components/ui/button";
import { NamespaceName } from "@/components/ui/identifier";
import { Link } from "@/components/ui/link";
import { Section } from "@/components/ui/page-head";
import { Empty } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { countWords, manyWords } from "@/components/words/figures";
import { namespaceHref } from "@/lib/shapes/namespaces/namespace-address";
import type { Overview } from "@/lib/shapes/overview";

/** What was never counted isn't known to be empty. */
function emptyTitle({ asOf, namespacesTotal, namespacesInSync }: Overview["progress"]): string {
  if (asOf === null) return "Not counted yet";
  if (namespacesTotal > 0 && namespacesInSync === namespacesTotal) return "All namespaces in sync";
  return namespacesTotal === 0 ? "The source has no namespaces" : "No namespace is known to be out of sync";
}

/** The namespaces with the most records that differ or are missing, each a way to what can be done. */
export function LeftTable({ overview }: { overview: Overview }) {
  const { left, progress } = overview;
  return (
    <Section
      title="Namespaces out of sync"
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
              : `${manyWords(progress.namespacesInSync, "namespace")} of ${countWords(progress.namespacesTotal)} in sync at the last comparison; by counts, none of the others lacks records in the target.`}
        </Empty>
      ) : (
        <Table label="Namespaces out of sync">
          <thead>
            <tr>
              <HeadCell>Namespace</HeadCell>
              <HeadCell className="w-[28%]">Source to target</HeadCell>
              <HeadCell number>Difference</HeadCell>
            </tr>
          </thead>
          <tbody>
            {left.map((each) => (
              <Row key={each.name}>
                <Cell className="max-w-0 w-[46%]">
                  <Link href={namespaceHref(each.name)} className="flex rounded-sm hover:text-accent">
                    <NamespaceName name={each.name} />
                  </Link>
                </Cell>
                <Cell>
                  <RowPicture row={each} />
                </Cell>
                <Cell number>
                  <Difference row={each} />
                </Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}
