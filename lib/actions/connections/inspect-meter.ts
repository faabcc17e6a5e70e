import type { Config } from "@/lib/config";
import { openEmbedder } from "@/lib/embedders/registry";
import type { TextMeter } from "@/lib/formats/inspect/tally";
import { estimateTokens } from "@/lib/plan/estimate/tokens";
import { kindNamed } from "@/lib/routes/kinds";
import { openEmbedderOf, type RouteParts, readConnection } from "@/lib/routes/open-connection";
import { defaultConnections } from "@/lib/shapes/route";

/** What embedding and writing would cost with the model that the environment names. Needs no key: nothing is asked. */
export function configuredMeter(config: Config): TextMeter {
  const { space, limits } = openEmbedder(config);
  return {
    model: space.model,
    dimension: space.dimension,
    tokens: estimateTokens,
    limit: limits.tokensPerText,
    usdPerMillionTokens: config.prices.perMillionTokens,
    usdPerMillionWriteUnits: config.prices.perMillionWriteUnits,
  };
}

/**
 * The same with the model of a connection.
 * @throws OperatorError as `readConnection`; `wrong-role` for a store
 */
export async function connectedMeter(parts: RouteParts, embedder: string): Promise<TextMeter> {
  const meter = configuredMeter(parts.config);
  if (embedder === defaultConnections.embedder) return meter;
  const opened = await readConnection(parts, embedder);
  const { space, limits } = openEmbedderOf(parts.config, opened);
  const kind = kindNamed(opened.kind);
  const price = kind.role === "embedder" ? kind.embedder.rates(opened.settings).usdPerMillionTokens : undefined;
  return {
    ...meter,
    model: space.model,
    dimension: space.dimension,
    limit: limits.tokensPerText,
    usdPerMillionTokens: price ?? meter.usdPerMillionTokens,
  };
}
