import { z } from "zod";
import { field } from "../kind";
import type { HeadRules } from "./file-metadata";

/** Settings of every kind that makes metadata of texts and metadata which stand apart. */
export const headSettings = {
  textKey: field(z.string().min(1).max(500).default("text"), {
    label: "Key for texts",
    help: "Metadata key under which a record's text appears; a record that has another value there is left out, and listed.",
  }),
  largeIntegers: field(z.enum(["refuse", "text"]).default("refuse"), {
    label: "Integers beyond 2^53",
    help: "No number of JSON holds them: records that have some are left out and listed, or the integers become texts.",
  }),
};

export const headRules = ({
  textKey,
  largeIntegers,
}: {
  textKey: string;
  largeIntegers: "refuse" | "text";
}): HeadRules => ({
  textKey,
  largeIntegersAsText: largeIntegers === "text",
});
