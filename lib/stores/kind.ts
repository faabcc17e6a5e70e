import { z } from "zod";
import { Secret } from "@/lib/secret";
import type { VectorSource, VectorTarget } from "./contract";

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

/** Requests a second that a service allows; `null`: as many as it answers. */
export type Rates = {
  listsPerSecond: number | null;
  fetchesPerSecond: number | null;
  upsertsPerSecond: number | null;
  /** US dollars per million. */
  perMillionReadUnits: number;
  perMillionWriteUnits: number;
};

export const unlimited: Rates = {
  listsPerSecond: null,
  fetchesPerSecond: null,
  upsertsPerSecond: null,
  perMillionReadUnits: 0,
  perMillionWriteUnits: 0,
};

/** All that the rest of Portage knows of a kind of store; one a folder, in its `kind.ts`, listed in `registry.ts`. */
export type StoreKind<Settings extends z.ZodObject = z.ZodObject> = {
  /** Stored: `chroma-folder`. */
  kind: string;
  /** Shown: `Chroma folder`. */
  service: string;
  words: { collection: string; namespace: string | null };
  /** Each property described by {@link field}. */
  settings: Settings;
  /** The setting that `KIND:PLACE` on the command line fills, and whether a collection follows it. */
  place:
    | { setting: keyof z.infer<Settings> & string; collection: "none" | "optional" | "required" }
    | { collection: "required" };
  rates(settings: z.infer<Settings>): Rates;
  /** Asks nothing before the first call. */
  openSource(settings: z.infer<Settings>): VectorSource;
  /** Left out: it can only be read. */
  openTarget?(settings: z.infer<Settings>): VectorTarget;
};

/** A kind as the registry holds it: it takes settings as they were stored or typed, and refuses what it doesn't know. */
export type AnyStoreKind = Omit<StoreKind, "rates" | "openSource" | "openTarget" | "place"> & {
  place: { setting: string | null; collection: "none" | "optional" | "required" };
  rates(settings: unknown): Rates;
  openSource(settings: unknown): VectorSource;
  openTarget: ((settings: unknown) => VectorTarget) | null;
};

/** Makes a kind ready for the registry. Settings that don't parse throw a `ZodError`: they are checked where they come in. */
export function storeKind<Settings extends z.ZodObject>(kind: StoreKind<Settings>): AnyStoreKind {
  const read = (settings: unknown): z.infer<Settings> => kind.settings.parse(settings);
  const { openTarget } = kind;
  return {
    kind: kind.kind,
    service: kind.service,
    words: kind.words,
    settings: kind.settings,
    place: { setting: null, ...kind.place },
    rates: (settings) => kind.rates(read(settings)),
    openSource: (settings) => kind.openSource(read(settings)),
    openTarget: openTarget ? (settings) => openTarget(read(settings)) : null,
  };
}

export type DescribedField = FieldWords & { key: string; required: boolean; schema: z.ZodType };

/** The settings of a kind in the order in which they are asked for. */
export function fieldsOf(kind: Pick<StoreKind, "settings">): DescribedField[] {
  return Object.entries(kind.settings.shape).map(([key, schema]) => {
    const type = z.instanceof(z.ZodType).parse(schema);
    const about = words.get(type);
    if (!about) throw new Error(`The setting ${key} isn't described`);
    return { ...about, key, required: !type.safeParse(undefined).success, schema: type };
  });
}
