import type { z } from "zod";
import type { VectorSource, VectorTarget } from "./contract";

export { type DescribedField, type FieldWords, field, fieldsOf, secretText } from "@/lib/described";

/** Requests a second that a service allows; `null`: as many as it answers. */
export type Rates = {
  listsPerSecond: number | null;
  fetchesPerSecond: number | null;
  upsertsPerSecond: number | null;
  /** US dollars per million. */
  perMillionReadUnits: number;
  perMillionWriteUnits: number;
  /** Whether it bills the bytes of its answers as egress, at the rate that is set. */
  billsEgress: boolean;
};

/** With its comma: services send eight or nine digits. */
export const jsonFloatBytes = 12;
/** As 32-bit floats. */
export const binaryFloatBytes = 4;

export const unlimited: Rates = {
  listsPerSecond: null,
  fetchesPerSecond: null,
  upsertsPerSecond: null,
  perMillionReadUnits: 0,
  perMillionWriteUnits: 0,
  billsEgress: false,
};

/** What a name may be, and how another name becomes one. */
export type CollectionNames = { shape: RegExp; longest: number; words: string; from(name: string): string };

/** `sandbox`: the store is one of the stand-ins that ship with Portage, whatever their address is at this start. */
export type World = { sandbox: boolean };

/** All that the rest of Portage knows of a kind of store; one a folder, in its `kind.ts`, listed in `registry.ts`. */
export type StoreKind<Settings extends z.ZodObject = z.ZodObject> = {
  /** Stored: `chroma-folder`. */
  kind: string;
  /** Shown: `Chroma folder`. */
  service: string;
  words: { collection: string; namespace: string | null };
  /** Each property described by `field`. */
  settings: Settings;
  /** The setting that `KIND:PLACE` on the command line fills, and whether a collection follows it. */
  place:
    | { setting: keyof z.infer<Settings> & string; collection: "none" | "optional" | "required" }
    | { collection: "required" };
  /** What a collection of it may be called; left out: anything. */
  collectionNames?: CollectionNames;
  rates(settings: z.infer<Settings>): Rates;
  /** Bytes of a vector's number as it is sent or kept; left out: as JSON writes it. */
  floatBytes?: number;
  /** Its collections hold vectors and texts in fields that a route names; left out: they don't. */
  namedFields?: boolean;
  /** Asks nothing before the first call. */
  openSource(settings: z.infer<Settings>, world?: World): VectorSource;
  /** Left out: it can only be read. */
  openTarget?(settings: z.infer<Settings>, world?: World): VectorTarget;
};

/** A kind as the registry holds it: it takes settings as they were stored or typed, and refuses what it doesn't know. */
export type AnyStoreKind = Omit<
  StoreKind,
  "rates" | "floatBytes" | "namedFields" | "openSource" | "openTarget" | "place" | "collectionNames"
> & {
  floatBytes: number;
  namedFields: boolean;
  collectionNames: CollectionNames | null;
  place: { setting: string | null; collection: "none" | "optional" | "required" };
  rates(settings: unknown): Rates;
  openSource(settings: unknown, world?: World): VectorSource;
  openTarget: ((settings: unknown, world?: World) => VectorTarget) | null;
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
    collectionNames: kind.collectionNames ?? null,
    floatBytes: kind.floatBytes ?? jsonFloatBytes,
    namedFields: kind.namedFields ?? false,
    rates: (settings) => kind.rates(read(settings)),
    openSource: (settings, world) => kind.openSource(read(settings), world),
    openTarget: openTarget ? (settings, world) => openTarget(read(settings), world) : null,
  };
}
