"use client";

import { useQueryClient } from "@tanstack/react-query";
import { acknowledge } from "@/app/actions/attention";
import { useAct } from "@/components/data/act";
import { isOf } from "@/components/data/route-address";
import { useRoutes } from "@/components/data/use-routes";
import { Button, ButtonLink } from "@/components/ui/button";
import { NamespaceName } from "@/components/ui/identifier";
import { Link } from "@/components/ui/link";
import { Moment } from "@/components/ui/moment";
import { Notice } from "@/components/ui/states";
import { countWords } from "@/components/words/figures";
import { withoutCommands } from "@/components/words/problem";
import type { AttentionItem } from "@/lib/shapes/attention";
import { namespaceHref } from "@/lib/shapes/namespaces/namespace-address";
import { hrefOn } from "@/lib/shapes/routes/route-href";

const namesShown = 3;

/** Items of the inbox: what it is, about which namespaces, since when, what to do; acknowledged by a button. */
export function AttentionItems({ items }: { items: readonly AttentionItem[] }) {
  const { many } = useRoutes();
  return (
    <ul className="grid gap-2">
      {items.map((item) => (
        <li key={item.id}>
          <Notice level={item.state === "open" ? item.level : "info"} action={<Actions item={item} />}>
            {item.what} <span className="text-quiet">{withoutCommands(item.next)}</span>
            <span className="mt-0.5 flex flex-wrap gap-x-3 text-xs text-quiet">
              <span>
                Since <Moment at={item.since} />
              </span>
              {(item.runId ?? item.planId ?? item.scheduleId) && (
                <span className="font-mono wrap-anywhere">{item.runId ?? item.planId ?? item.scheduleId}</span>
              )}
              {many && item.route !== null && <span>Route {item.route}</span>}
              {item.namespaces.slice(0, namesShown).map((name) => (
                <Link
                  key={name}
                  href={hrefOn(item.route, namespaceHref(name))}
                  className="min-w-0 underline decoration-control"
                >
                  <NamespaceName name={name} />
                </Link>
              ))}
              {item.namespaceCount > namesShown && <span>and {countWords(item.namespaceCount - namesShown)} more</span>}
              {item.acknowledged && (
                <span>
                  Acknowledged by {item.acknowledged.by} <Moment at={item.acknowledged.at} />
                </span>
              )}
              {item.solved && (
                <span>
                  Solved <Moment at={item.solved.at} />: {item.solved.by}
                </span>
              )}
            </span>
          </Notice>
        </li>
      ))}
    </ul>
  );
}

function Actions({ item }: { item: AttentionItem }) {
  const client = useQueryClient();
  const acting = useAct(acknowledge, () => {
    void client.invalidateQueries({ queryKey: ["attention"] });
    void client.invalidateQueries({ predicate: isOf("overview") });
  });
  return (
    <span className="flex flex-wrap justify-end gap-1">
      <ButtonLink href={item.href} look="quiet" aria-label={`Open: ${item.what}`}>
        Open
      </ButtonLink>
      {item.state === "open" && (
        <Button
          look="quiet"
          busy={acting.isPending}
          aria-label={`Acknowledge: ${item.what}`}
          onClick={() => acting.mutate({ id: item.id })}
        >
          Acknowledge
        </Button>
      )}
    </span>
  );
}
