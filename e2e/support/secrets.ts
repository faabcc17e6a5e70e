/** What the server of the tests is given, and what must never leave it. */
export const secrets = {
  ELASTICSEARCH_PASSWORD: "e2e-secret-that-must-stay-on-the-server",
  // Without it no webhook can be set.
  PORTAGE_WEBHOOK_SECRET: "e2e-signs-webhooks-of-loopback-only",
} as const;

/** What a webhook's address may hold to be let in by its receiver. */
export const receiverToken = "e2e-token-that-a-receiver-knows";
