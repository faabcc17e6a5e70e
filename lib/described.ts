import { z } from "zod";
import { Secret } from "./secret";

/** What a form, a flag and a list say of one setting of a kind; given to its schema by {@link field}. */
export type FieldWords = {
  label: string;
  /** One sentence: what it is and where to find it. */
  help: string;
  placeholder?: string;
  /** Sealed where it is kept, masked where it is shown. */
  secret?: boolean;
  /** Where requests go: another address asks for the secrets again, or a stored key could be sent to any host. */
  address?: boolean;
  /** A folder or file of this machine: kept below the roots that `PORTAGE_FOLDERS` names. */
  path?: boolean;
};

const words = z.registry<FieldWords>();

/** Describes a setting: form, flags, masking and checks go by this one description. */
export function field<T extends z.ZodType>(schema: T, about: FieldWords): T {
  words.add(schema, about);
  return schema;
}

/** A text that is never shown again; a key or a password. */
export const secretText = () =>
  z
    .string()
    .min(1)
    .max(10_000)
    .transform((text) => new Secret(text));

/** How a setting is typed in: `choices` of a list, `fallback` as a text where it may be left out. */
export type FieldControl = {
  type: "text" | "number" | "boolean" | "choice";
  choices: string[];
  fallback: string | null;
};

export type DescribedField = FieldWords & {
  key: string;
  required: boolean;
  control: FieldControl;
  schema: z.ZodType;
};

/** The settings of a kind in the order in which they are asked for. */
export function fieldsOf({ settings }: { settings: z.ZodObject }): DescribedField[] {
  return Object.entries(settings.shape).map(([key, schema]) => {
    const type = z.instanceof(z.ZodType).parse(schema);
    const about = words.get(type);
    if (!about) throw new Error(`The setting ${key} isn't described`);
    return { ...about, key, required: !type.safeParse(undefined).success, control: controlOf(type), schema: type };
  });
}

const typedIn = z.object({
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

function controlOf(schema: z.ZodType): FieldControl {
  const parsed = typedIn.safeParse(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
  if (!parsed.success) return { type: "text", choices: [], fallback: null };
  const { type, enum: choices, default: fallback } = parsed.data;
  return {
    type:
      choices !== undefined
        ? "choice"
        : type === "number" || type === "integer"
          ? "number"
          : type === "boolean"
            ? "boolean"
            : "text",
    choices: choices ?? [],
    fallback: fallback === undefined ? null : String(fallback),
  };
}

/** A setting that came as text, as its schema wants it; what doesn't fit stays text, and the schema says what is wrong. */
export function fromText({ control }: Pick<DescribedField, "control">, value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (control.type === "number" && /^-?\d+(\.\d+)?$/.test(value.trim())) return Number(value);
  if (control.type === "boolean" && /^(true|false)$/i.test(value.trim())) return value.trim().toLowerCase() === "true";
  return value;
}
