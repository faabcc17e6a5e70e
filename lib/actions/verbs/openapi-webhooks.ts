import { type WebhookEvent, webhookEvents } from "@/lib/shapes/schedules/delivery";
import { mostAttempts, pausesInWords } from "@/lib/webhooks/pauses";
import { answerWithinMs } from "@/lib/webhooks/send";

const summaries: Record<WebhookEvent, string> = {
  "plan.waiting": "A schedule's plan waits for a review: it is over the schedule's limits, or there are none.",
  "scheduled-run.failed": "A schedule's analysis or application failed.",
  "scheduled-run.recovered": "After any of these, a scheduled run ended with nothing for anybody to do.",
  "scheduled-run.refused":
    "A scheduled run was left out: another run was in the way, or the plan can't be applied any more.",
};

const header = (name: string, description: string, schema: object) => ({
  name,
  in: "header",
  required: true,
  description,
  schema: { type: "string", ...schema },
});

/** As the Standard Webhooks specification names them (standardwebhooks.com). */
const headers = [
  header("webhook-id", "The message's ID: the same in every attempt, so that what was seen before can be ignored.", {}),
  header("webhook-timestamp", "When this attempt was signed, in seconds since 1970. Refuse what is minutes old.", {
    pattern: "^\\d+$",
  }),
  header(
    "webhook-signature",
    "`v1,` and the base64 of an HMAC-SHA256 over `{webhook-id}.{webhook-timestamp}.{body}`. The key is PORTAGE_WEBHOOK_SECRET; where that begins with `whsec_`, what its rest stands for in base64.",
    { pattern: "^v1,[A-Za-z0-9+/]+=*$" },
  ),
];

/** What the webhook of a schedule is sent, by event: the part `webhooks` of the OpenAPI document. */
export function webhooksDocument(): Record<string, object> {
  const operation = (event: WebhookEvent) => ({
    operationId: event,
    summary: summaries[event],
    description: `Sent to the address of the schedule. Tried ${mostAttempts.toString()} times in all: after an attempt that failed again in ${pausesInWords()}, each up to a tenth later.`,
    parameters: headers,
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: {
            allOf: [
              { $ref: "#/components/schemas/WebhookMessage" },
              { type: "object", properties: { event: { const: event } } },
            ],
          },
        },
      },
    },
    responses: {
      "2XX": { description: `Delivered, when it comes within ${(answerWithinMs / 1000).toString()} s.` },
      default: { description: "Not delivered, tried again: any other answer, a redirect too, or none." },
    },
    tags: ["schedules"],
  });
  return Object.fromEntries(webhookEvents.map((event) => [event, { post: operation(event) }]));
}
