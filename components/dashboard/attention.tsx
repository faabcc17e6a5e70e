import { ButtonLink } from "@/components/ui/button";
import { Section } from "@/components/ui/page-head";
import { Notice } from "@/components/ui/states";
import type { Overview } from "@/lib/shapes/overview";

/** What waits for somebody, and where to see to it. */
export function Attention({ items }: { items: Overview["attention"] }) {
  return (
    <Section title="Needs attention">
      <ul className="grid gap-2">
        {items.map((item) => (
          <li key={`${item.what} ${item.href ?? ""}`}>
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
              {item.what} <span className="text-quiet">{item.next}</span>
            </Notice>
          </li>
        ))}
      </ul>
    </Section>
  );
}
