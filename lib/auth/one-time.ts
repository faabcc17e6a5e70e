import { createHash, randomBytes } from "node:crypto";

/** 256 random bits: nobody guesses one, so that a plain SHA-256 of it is kept. */
export function newSecretText(prefix: string): string {
  return `${prefix}${randomBytes(32).toString("base64url")}`;
}

/** What is kept of a token or a link. */
export function hashOfSecret(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
