"use client";

import { useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { send } from "@/app/actions/schedules";
import { useAct } from "@/components/data/act";
import { Button } from "@/components/ui/button";
import { Moment } from "@/components/ui/moment";
import { Section } from "@/components/ui/page-head";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { canSendAgain, deliveryWords, eventWords } from "@/components/words/schedule";
import type { Delivery } from "@/lib/shapes/delivery";

/** What a schedule's webhook was told, how the last attempt at each message went, and when the next one comes. */
export function Deliveries({ deliveries, webhook }: { deliveries: readonly Delivery[]; webhook: string | null }) {
  return (
    <Section
      title="Webhook"
      note={<span className="wrap-anywhere">{webhook ?? "It was removed; what wasn't delivered is given up."}</span>}
    >
      {deliveries.length === 0 ? (
        <p className="text-sm text-quiet">
          Nothing was sent yet. It is told when a plan waits for a review, and when a turn fails or is left out.
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
                <HeadCell className="w-28">
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
                  <span className={delivery.state === "given-up" ? "text-problem" : undefined}>
                    {deliveryWords(delivery)}
                  </span>
                  {delivery.last && (
                    <span className="block text-xs text-quiet">
                      {delivery.last.words} <Moment at={delivery.last.at} />
                    </span>
                  )}
                  {delivery.nextAt !== null && (
                    <span className="block text-xs text-quiet sm:hidden">
                      Next attempt <Moment at={delivery.nextAt} />
                    </span>
                  )}
                </Cell>
                <Cell number className="hidden text-quiet sm:table-cell">
                  <Moment at={delivery.nextAt} />
                </Cell>
                {webhook !== null && (
                  <Cell className="text-right">{canSendAgain(delivery) && <SendAgain id={delivery.id} />}</Cell>
                )}
              </Row>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}

function SendAgain({ id }: { id: string }) {
  const client = useQueryClient();
  const sending = useAct(send, () => {
    toast("The message is sent again.");
    for (const key of ["schedule", "schedules"]) void client.invalidateQueries({ queryKey: [key] });
  });
  return (
    <Button busy={sending.isPending} onClick={() => sending.mutate({ id })}>
      Send again
    </Button>
  );
}
