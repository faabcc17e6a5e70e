import { Moment } from "@/components/ui/moment";
import { Section } from "@/components/ui/page-head";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { deliveryWords, eventWords } from "@/components/words/schedule";
import type { Delivery } from "@/lib/shapes/delivery";

/** What a schedule's webhook was told, and how the last attempt at each message went. */
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
              <HeadCell className="w-24 sm:w-28">When</HeadCell>
              <HeadCell>Message</HeadCell>
              <HeadCell>State</HeadCell>
              <HeadCell className="hidden sm:table-cell">Last attempt</HeadCell>
              <HeadCell number className="hidden w-28 sm:table-cell">
                Next attempt
              </HeadCell>
            </tr>
          </thead>
          <tbody>
            {deliveries.map((delivery) => (
              <Row key={delivery.id} className="align-top">
                <Cell className="whitespace-nowrap text-quiet">
                  <Moment at={delivery.createdAt} />
                </Cell>
                <Cell>
                  {eventWords[delivery.event]}
                  <span className="block font-mono text-xs text-quiet">{delivery.id}</span>
                </Cell>
                <Cell className={delivery.state === "given-up" ? "text-problem" : undefined}>
                  {deliveryWords(delivery)}
                </Cell>
                <Cell className="hidden sm:table-cell">{delivery.last?.words ?? "–"}</Cell>
                <Cell number className="hidden text-quiet sm:table-cell">
                  <Moment at={delivery.nextAt} />
                </Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}
