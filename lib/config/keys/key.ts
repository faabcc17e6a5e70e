import { z } from "zod";

/** How a key is read: text in, typed value out; the description doubles as the comment in `.env.example`. */
export type Key<T> = {
  name: string;
  schema: z.ZodType<T, string>;
  /** Text used when the key is absent or empty. */
  fallback: string;
  group:
    | "Portage"
    | "Pinecone"
    | "Gemini"
    | "Elasticsearch"
    | "OpenAI"
    | "Chroma"
    | "PostgreSQL"
    | "Switch"
    | "Batches"
    | "Policy";
  description: string;
  /** What a value looks like, for the error when it doesn't parse. */
  expects: string;
  secret?: boolean;
};

export const text = z.string();
/** Settings are shown: a password has no place in an address. What stands behind a path would be lost when another is appended. */
export const url = z.string().refine((value) => {
  if (value === "") return true;
  if (!/^https?:\/\/[^\s]+$/i.test(value) || !URL.canParse(value)) return false;
  const { username, password, search, hash } = new URL(value);
  return [username, password, search, hash].every((part) => part === "");
});
export const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number)
    .pipe(z.number().int().min(least).max(most));
export const decimal = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most));
export const optionalWhole = z
  .string()
  .regex(/^(\d+|unlimited)?$/i)
  .transform((value) => (value === "" || /^unlimited$/i.test(value) ? null : Number(value)))
  .pipe(z.number().int().positive().nullable());
export const optionalDecimal = z
  .string()
  .regex(/^(\d+(\.\d+)?)?$/)
  .transform((value) => (value === "" ? null : Number(value)))
  .pipe(z.number().positive().nullable());
export const list = z.string().transform((value) =>
  value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);
export const indexName = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,43}[a-z0-9])?$/);

/** Describes the keys of one subject. */
export const keysOf =
  (group: Key<unknown>["group"]) =>
  <T>(
    name: string,
    schema: z.ZodType<T, string>,
    fallback: string,
    expects: string,
    description: string,
    secret = false,
  ): Key<T> => ({ name, group, schema, fallback, expects, description, secret });
