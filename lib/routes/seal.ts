import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { OperatorError } from "@/lib/operator-error";
import { openingKeys, type SealingConfig, sealingKey } from "./sealing-keys";

/** Whose secret it is: sealed for one connection and field, it opens for no other. */
export type SecretPlace = { connection: string; field: string };

const form = "v1";
const associated = ({ connection, field }: SecretPlace) => Buffer.from(JSON.stringify([form, connection, field]));

/** A secret as it is kept: AES-256-GCM, with connection and field as associated data; nonce, tag and text in base64. */
export function seal(config: SealingConfig, place: SecretPlace, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sealingKey(config), nonce).setAAD(associated(place));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return [form, nonce, cipher.getAuthTag(), sealed]
    .map((part) => (typeof part === "string" ? part : part.toString("base64url")))
    .join(".");
}

/**
 * Opens what {@link seal} made. `stale`: only an older key opens it, it should be sealed again.
 * @throws OperatorError `secret-not-opened` when no key that is there does
 */
export function unseal(config: SealingConfig, place: SecretPlace, sealed: string): { text: string; stale: boolean } {
  const [version, ...parts] = sealed.split(".");
  const [nonce, tag, body] = parts.map((part) => Buffer.from(part, "base64url"));
  const keys = openingKeys(config);
  if (version === form && nonce?.length === 12 && tag?.length === 16 && body) {
    for (const [position, key] of keys.entries()) {
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, nonce).setAAD(associated(place)).setAuthTag(tag);
        const text = Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
        return { text, stale: position > 0 };
      } catch {
        // Sealed by another key.
      }
    }
  }
  throw new OperatorError({
    kind: "usage",
    code: "secret-not-opened",
    what:
      keys.length === 0
        ? `The secret ${place.field} of the connection ${place.connection} is sealed, and there is no key to open it.`
        : `The secret ${place.field} of the connection ${place.connection} was sealed by another key than the one that is set.`,
    notLost: "It is kept as it is; other connections work.",
    next: `Set PORTAGE_SECRET_KEY (or PORTAGE_SECRET_KEY_OLD) to the key that sealed it, or give the secret again: portage connections update ${place.connection}.`,
  });
}
