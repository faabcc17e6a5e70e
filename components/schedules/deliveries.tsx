"use client";

import { useQueryClient } from "@tanstack/react-query";
import { send } from "@/app/actions/schedules";
import { useAct } from "@/components/data/act";
import { isOf } from "@/components/data/route-address";
import { Button } from "@/components/ui/button";
import { Moment } from "@/components/ui/moment";
import { Section } from "@/components/ui/page-head";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { toast } from "@/components/ui/toast";
import { canSendAgain, deliveryWords, eventWords } from "@/components/words/schedule";
import type { Delivery } from "@/lib/shapes/schedules/delivery";

/** What a schedule's webhook was told, how the last attempt at each message went, and when the next one comes. */
export function Deliveries({ deliveries, webhook }: { deliveries: readonly Delivery[]; webhook: string | null }) {
  return (
    <Section
      title="Webhook"
      note={<span className="wrap-anywhere">{webhook ?? "It was removed; what wasn't delivered is given up."}</span>}
    >
      {deliveries.length === 0 ? (
        <p className="text-sm text-quiet">
          Nothing was sent yet. It is told when a plan needs review, when a scheduled run fails or is skipped, and when
          all is well again.
        </p>
      ) : (
        <Table label="Messages to the webhook">
          <thead>
            <tr>
              <HeadCell className="hidden w-28 sm:table-cell">When</HeadCell>
              <HeadCell>Message</HeadCell>
              <HeadCell>Last attempt</HeadCell>
              <HeadCell number className="hidden w-28 sm:table-cell">
                Next attempt
              </HeadCell>
              {webhook !== null && (
                <HeadCell className="hidden w-28 sm:table-cell">
                  <span className="sr-only">Send again</span>
                </HeadCell>
              )}
            </tr>
          </thead>
          <tbody>
            {deliveries.map((delivery) => (
              <Row key={delivery.id} className="align-top">
                <Cell className="hidden whitespace-nowrap text-quiet sm:table-cell">
                  <Moment at={delivery.createdAt} />
                </Cell>
                <Cell>
                  {eventWords[delivery.event]}
                  <span className="block font-mono text-xs wrap-anywhere text-quiet">{delivery.id}</span>
                  <span className="block text-xs text-quiet sm:hidden">
                    <Moment at={delivery.createdAt} />
                  </span>
                </Cell>
                <Cell>
                  <LastAttempt delivery={delivery} />
                  {webhook !== null && <SendAgain delivery={delivery} className="my-1 sm:hidden" />}
                </Cell>
                <Cell number className="hidden text-quiet sm:table-cell">
                  {delivery.nextAt === null ? "None" : <Moment at={delivery.nextAt} />}
                </Cell>
                {webhook !== null && (
                  <Cell className="hidden text-right sm:table-cell">
                    <SendAgain delivery={delivery} />
                  </Cell>
                )}
              </Row>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}

function LastAttempt({ delivery }: { delivery: Delivery }) {
  const { last, nextAt } = delivery;
  return (
    <>
      <span className={delivery.state === "given-up" ? "text-problem" : undefined}>{deliveryWords(delivery)}</span>
      {last && (
        <>
          <span className="ml-2 text-xs text-quiet">
            <Moment at={last.at} />
          </span>
          <span className="block text-xs text-quiet">{last.words}</span>
        </>
      )}
      {nextAt !== null && (
        <span className="block text-xs text-quiet sm:hidden">
          Next attempt <Moment at={nextAt} />
        </span>
      )}
    </>
  );
}

function SendAgain({ delivery, className }: { delivery: Delivery; className?: string }) {
  const client = useQueryClient();
  const sending = useAct(send, () => {
    toast("The message is sent again.");
    void client.invalidateQueries({ queryKey: ["schedule"] });
    void client.invalidateQueries({ predicate: isOf("schedules") });
  });
  if (!canSendAgain(delivery)) return null;
  return (
    <Button className={className} busy={sending.isPending} onClick={() => sending.mutate({ id: delivery.id })}>
      Send again
    </Button>
  );
}
