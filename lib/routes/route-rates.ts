import type { Config } from "@/lib/config";
import type { EmbedderRates } from "@/lib/embedders/kind";
import type { Rates } from "@/lib/stores/kind";
import { kindNamed } from "./kinds";

/** What the services of a route allow and cost; `null`: as the configuration says. */
export type RouteRates = { source: Rates | null; target: Rates | null; embedder: EmbedderRates | null };

/** As many as a store answers: no service has a limit beyond it. */
const unpaced = 1_000_000;

/** The configuration with what the services of a route allow and cost in place of what is set for the environment's. */
export function configOn(config: Config, { source, target, embedder }: RouteRates): Config {
  const { perSecond } = config.pinecone;
  const { prices } = config;
  const slower = (of: "listsPerSecond" | "fetchesPerSecond", set: number) =>
    Math.min(source === null ? set : (source[of] ?? unpaced), target === null ? set : (target[of] ?? unpaced));
  return {
    ...config,
    pinecone: {
      ...config.pinecone,
      perSecond: {
        upserts: target === null ? perSecond.upserts : (target.upsertsPerSecond ?? unpaced),
        fetches: slower("fetchesPerSecond", perSecond.fetches),
        lists: slower("listsPerSecond", perSecond.lists),
      },
    },
    gemini: { ...config.gemini, quota: embedder ?? config.gemini.quota },
    prices: {
      perMillionTokens: embedder?.usdPerMillionTokens ?? prices.perMillionTokens,
      perMillionReadUnits: source?.perMillionReadUnits ?? prices.perMillionReadUnits,
      perMillionTargetReadUnits: target?.perMillionReadUnits ?? prices.perMillionTargetReadUnits,
      perMillionWriteUnits: target?.perMillionWriteUnits ?? prices.perMillionWriteUnits,
      perGbEgress: source === null || source.billsEgress ? prices.perGbEgress : null,
      perGbTargetEgress: target === null || target.billsEgress ? prices.perGbTargetEgress : null,
    },
  };
}

/** An end of a route, with the settings of its connection; `null` for the environment's own. */
type RatedEnd = { kind: string; settings: unknown };

/** What the service of this end allows and costs; `null`: as the configuration says. */
export function storeRates({ kind: name, settings }: RatedEnd): Rates | null {
  const kind = kindNamed(name);
  return settings !== null && kind.role === "store" ? kind.store.rates(settings) : null;
}

/** The same of an embedder; none costs nothing of its own. */
export function embedderRates(end: RatedEnd | null): EmbedderRates | null {
  if (end === null || end.settings === null) return null;
  const kind = kindNamed(end.kind);
  return kind.role === "embedder" ? kind.embedder.rates(end.settings) : null;
}
