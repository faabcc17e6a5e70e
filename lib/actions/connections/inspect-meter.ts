import type { Config } from "@/lib/config";
import { openEmbedder } from "@/lib/embedders/registry";
import type { TextMeter } from "@/lib/formats/inspect/tally";
import { OperatorError } from "@/lib/operator-error";
import { estimateTokens } from "@/lib/plan/estimate/tokens";
import { allKinds, kindNamed } from "@/lib/routes/kinds";
import { openEmbedderOf, type RouteParts, readConnection } from "@/lib/routes/open-connection";
import { keptRoute } from "@/lib/routes/route-rows";
import { defaultConnections, defaultRoute } from "@/lib/shapes/routes/route";

/**
 * What embedding and writing would cost: with the model that the environment names, in a store of a kind. Needs no key: nothing is asked.
 * @throws OperatorError `unknown-kind`; `wrong-role` for an embedder
 */
export function configuredMeter(config: Config, to = "pinecone"): TextMeter {
  const { space, limits } = openEmbedder(config);
  const target = kindNamed(to);
  if (target.role !== "store") throw noStore(to);
  return {
    model: space.model,
    dimension: space.dimension,
    tokens: estimateTokens,
    limit: limits.tokensPerText,
    usdPerMillionTokens: config.prices.perMillionTokens,
    writesTo: {
      service: target.service,
      // The one service that counts what is written.
      usdPerMillionWriteUnits: target.kind.startsWith("pinecone") ? config.prices.perMillionWriteUnits : null,
    },
  };
}

/**
 * The same with the model of a connection, in the store of a connection or of a kind. What isn't named is the route's that `PORTAGE_ROUTE` names.
 * @throws OperatorError as `readConnection`; `wrong-role` for a store where an embedder is meant, or the other way
 */
export async function connectedMeter(
  parts: RouteParts,
  named: { embedder?: string | undefined; to?: string | undefined },
) {
  const meant = parts.config.route === defaultRoute ? null : (await keptRoute(parts, parts.config.route)).definition;
  const to = named.to ?? meant?.target.connection;
  const meter = configuredMeter(parts.config, to === undefined ? to : await kindOf(parts, to));
  const embedder = named.embedder ?? (meant?.vectors.from === "text" ? meant.vectors.embedder : undefined);
  return embedder === undefined ? meter : withModel(parts, meter, embedder);
}

/** Whether it can be told without a connection. */
export const isStoreKind = (name: string): boolean =>
  allKinds().some(({ kind, role }) => kind === name && role === "store");

/** Of a connection by its name, else the name of a kind itself. */
async function kindOf(parts: RouteParts, to: string): Promise<string> {
  if (allKinds().some(({ kind }) => kind === to)) return to;
  return (await readConnection(parts, to)).kind;
}

async function withModel(parts: RouteParts, meter: TextMeter, embedder: string): Promise<TextMeter> {
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

const noStore = (kind: string): OperatorError =>
  new OperatorError({
    kind: "usage",
    code: "wrong-role",
    what: `${kind} makes vectors; nothing is written to it.`,
    notLost: "Nothing was read.",
    next: "Name a kind of store, or a connection to one.",
  });
