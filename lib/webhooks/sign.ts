import { createHmac } from "node:crypto";
import type { Secret } from "@/lib/secret";

/** A secret that begins so is the key in base64, as the Standard Webhooks specification writes it; any other is the key itself. */
const encodedPrefix = "whsec_";

function keyOf(secret: Secret): Buffer {
  const text = secret.reveal();
  return text.startsWith(encodedPrefix)
    ? Buffer.from(text.slice(encodedPrefix.length), "base64")
    : Buffer.from(text, "utf8");
}

/**
 * The headers that let a receiver recognise a message, by the Standard Webhooks specification (standardwebhooks.com): an HMAC-SHA256
 * over `id.timestamp.body`, the time being that of the attempt in seconds, so that an old message can't be sent again by others.
 */
export function signedHeaders(secret: Secret, message: { id: string; body: string; at: Date }): Record<string, string> {
  const seconds = Math.floor(message.at.getTime() / 1000).toString();
  const signature = createHmac("sha256", keyOf(secret)).update(`${message.id}.${seconds}.${message.body}`);
  return {
    "webhook-id": message.id,
    "webhook-timestamp": seconds,
    "webhook-signature": `v1,${signature.digest("base64")}`,
  };
}
