import { ButtonLink } from "@/components/ui/button";
import { NamespaceName } from "@/components/ui/identifier";
import { Section } from "@/components/ui/page-head";
import { Notice } from "@/components/ui/states";
import { countWords, manyWords } from "@/components/words/figures";
import { withoutCommands } from "@/components/words/problem";
import type { Overview } from "@/lib/shapes/overview";

/** What waits for somebody, and where to see to it. */
export function Attention({ items, open }: { items: Overview["attention"]; open: number }) {
  return (
    <Section
      title="Needs attention"
      actions={
        <ButtonLink href="/attention" look="quiet">
          {open > 0 ? `Show all ${countWords(open)}` : "History"}
        </ButtonLink>
      }
    >
      <ul className="grid gap-2">
        {items.map((item) => (
          <li key={item.id ?? `${item.what} ${item.href ?? ""}`}>
            <Notice
              level={item.level}
              action={
                item.href && (
                  <ButtonLink href={item.href} look="quiet" aria-label={`Open: ${item.what}`}>
                    Open
                  </ButtonLink>
                )
              }
            >
              {item.namespaceCount === 1 && item.namespaces[0] !== undefined && (
                <>
                  <NamespaceName name={item.namespaces[0]} />:{" "}
                </>
              )}
              {item.namespaceCount > 1 && `${manyWords(item.namespaceCount, "namespace")}: `}
              {item.what} <span className="text-quiet">{withoutCommands(item.next)}</span>
            </Notice>
          </li>
        ))}
      </ul>
    </Section>
  );
}
