import { z } from "zod";
import { decimal, keysOf, list, optionalDecimal, optionalWhole, text, whole } from "./key";

const key = keysOf("Policy");

/** What becomes of records, and prices for estimates. */
export const policyKeys = {
  CLEARANCE_LEVEL: key(
    "CLEARANCE_LEVEL",
    whole(-2147483648, 2147483647),
    "1",
    "a whole number",
    "clearance_level of new records. A level in the target is never changed.",
  ),
  TARGET_OWNED_KEYS: key(
    "TARGET_OWNED_KEYS",
    list,
    "clearance_level",
    "metadata keys separated by commas",
    "Metadata keys that belong to the target: ignored when comparing, kept when writing.",
  ),
  TEXT_KEY: key("TEXT_KEY", text.min(1), "text", "a metadata key", "Metadata key that holds the text to embed."),
  PORTAGE_MODEL_KEY: key(
    "PORTAGE_MODEL_KEY",
    text.refine((value) => !value.startsWith("$")),
    "",
    "a metadata key that doesn't begin with $",
    "Metadata key in which every record that Portage embeds keeps the model's name and dimension (gemini-embedding-001/3072). It belongs to the target. Empty: none.",
  ),
  UPDATE_POLICY: key(
    "UPDATE_POLICY",
    z.enum(["when-text-changed", "always"]),
    "when-text-changed",
    "when-text-changed or always",
    "Which updates are embedded again.",
  ),
  LONG_TEXT_POLICY: key(
    "LONG_TEXT_POLICY",
    z.enum(["truncate", "skip"]),
    "truncate",
    "truncate or skip",
    "What happens to a text longer than the model reads. Reported either way.",
  ),
  EMBEDDING_USD_PER_MILLION_TOKENS: key(
    "EMBEDDING_USD_PER_MILLION_TOKENS",
    decimal(0, 1e6),
    "0.15",
    "US dollars",
    "Price for estimates (gemini-embedding-001, read 2026-11).",
  ),
  PINECONE_USD_PER_MILLION_READ_UNITS: key(
    "PINECONE_USD_PER_MILLION_READ_UNITS",
    decimal(0, 1e6),
    "16",
    "US dollars",
    "Price for estimates (Standard plan, AWS us-east-1, read 2026-11).",
  ),
  PINECONE_USD_PER_MILLION_WRITE_UNITS: key(
    "PINECONE_USD_PER_MILLION_WRITE_UNITS",
    decimal(0, 1e6),
    "4",
    "US dollars",
    "Price for estimates (Standard plan, AWS us-east-1, read 2026-11).",
  ),
  PINECONE_USD_PER_GB_EGRESS: key(
    "PINECONE_USD_PER_GB_EGRESS",
    decimal(0, 1e6),
    "0",
    "US dollars",
    "Price of a GB that Pinecone answers (egress), for estimates, as your contract says. 0: no rate is set, and egress is counted without a price.",
  ),
  PINECONE_FREE_EGRESS_GB: key(
    "PINECONE_FREE_EGRESS_GB",
    decimal(0, 1e6),
    "100",
    "a number of GB",
    "Egress that your Pinecone plan includes each month (2026-11: Starter 1, Builder 10, Standard and Enterprise 100). What Portage's runs read this month is shown against it.",
  ),
  PORTAGE_MAX_USD: key(
    "PORTAGE_MAX_USD",
    optionalDecimal,
    "",
    "US dollars",
    "Ceiling for each run, unless it is given one of its own: embedding, reads and writes. Reached, the run pauses. Empty: none.",
  ),
  PORTAGE_MAX_TEXTS: key(
    "PORTAGE_MAX_TEXTS",
    optionalWhole,
    "",
    "a whole number above 0",
    "Ceiling for each run, unless it is given one of its own: texts embedded. Empty: none.",
  ),
  PORTAGE_MAX_RECORDS: key(
    "PORTAGE_MAX_RECORDS",
    optionalWhole,
    "",
    "a whole number above 0",
    "Ceiling for each run, unless it is given one of its own: records written. Empty: none.",
  ),
  PORTAGE_MAX_EGRESS_GB: key(
    "PORTAGE_MAX_EGRESS_GB",
    optionalDecimal,
    "",
    "a number of GB",
    "Ceiling for each analysis, run and verification, unless it is given one of its own: GB of answers that the vector stores bill as egress. Empty: none.",
  ),
} as const;
