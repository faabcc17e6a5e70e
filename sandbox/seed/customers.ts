import { createHash } from "node:crypto";

/** How far a namespace has been migrated when the sandbox is first opened. */
export type Migrated = "not" | "half" | "whole" | "edited" | "with-orphans";

export type Customer = {
  package: string;
  /** Documentation comments of its declarations instead of Markdown. */
  declared?: boolean;
  migrated: Migrated;
  /** A name of its own; left out: an ID as customers have. */
  namespace?: string;
  /** Holds the records that a tool stumbles over. */
  oddities?: boolean;
};

/** One customer for each package whose documentation is worth searching. Small ones come with all stages of a migration. */
export const customers: readonly Customer[] = [
  { package: "next", migrated: "not" },
  { package: "@types/node", declared: true, migrated: "half" },
  { package: "typescript", declared: true, migrated: "whole" },
  { package: "pino", migrated: "not", oddities: true },
  { package: "@biomejs/biome", migrated: "edited" },
  { package: "@tanstack/table-core", migrated: "not" },
  { package: "playwright-core", migrated: "with-orphans" },
  { package: "vite", migrated: "not" },
  { package: "lmdb", migrated: "edited" },
  { package: "commander", migrated: "not" },
  { package: "fast-check", migrated: "half" },
  { package: "p-queue", migrated: "not", namespace: "a/b c#%?&", oddities: true },
  { package: "dotenv", migrated: "not", namespace: "" },
];

/** A UUID (version 5 in form) that is always the same for a name. */
export function uuidOf(name: string): string {
  const digest = createHash("sha1").update(`portage sandbox customer ${name}`).digest().subarray(0, 16);
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The namespace of a customer: its own name or the ID derived from its package. */
export function namespaceOf(customer: Customer): string {
  return customer.namespace ?? uuidOf(customer.package);
}
