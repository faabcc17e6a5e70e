import { createHash } from "node:crypto";
import { nextPacificMidnight, pacificDay } from "@/lib/pacific-day";
import type { RunSettings } from "@/lib/shapes/runs/run";
import type { EngineParts } from "../lifecycle/parts";
import type { Allowance } from "./quota";

/**
 * Paced this much below the allowance: clocks and networks aren't exact, and a request that comes a moment early would be refused.
 * One and a half per cent of a minute is 0.9 s.
 */
const pacedBelow = 0.985;
/** A batch takes at most this share of a minute's allowance, so that small allowances are used evenly. */
const shareOfMinute = 10;

export type Allowances = {
  list: (side: "source" | "target") => Allowance;
  fetch: (side: "source" | "target") => Allowance;
  upsert: (namespace: string) => Allowance;
  /** Units are records, not requests. */
  change: (namespace: string) => Allowance;
  texts: Allowance;
  tokens: Allowance;
  /** The most that one embedding request may hold under the quotas. */
  batch: { texts: number; tokens: number };
};

/**
 * The allowances of the services that a run works with, with the keys under which all workers share them: of an index by its account and
 * name, since two projects may have one of the same name, each with its own limits.
 */
export function allowancesOf(
  { config, source, target, embedder }: Pick<EngineParts, "config" | "source" | "target" | "embedder">,
  settings: RunSettings,
): Allowances {
  const { perSecond } = config.pinecone;
  const service = { source: source.service, target: target.service };
  const indexOf = (side: "source" | "target") => {
    const { account, index } = settings[side];
    return account === undefined ? index : `${account}/${index}`;
  };
  const { quota } = config.gemini;
  const perDay = quota.requestsPerDay;
  const { model, connection, address = "" } = settings.embedder;
  const owner =
    connection === undefined
      ? fingerprint(config.gemini.apiKey?.reveal() ?? "", config.gemini.baseUrl ?? "")
      : fingerprint(connection, address);
  const made = `${connection === undefined ? "gemini" : embedder.service}/${model}/${owner}`;
  return {
    list: (side) => ({
      key: `pinecone/${indexOf(side)}/list`,
      perSecond: perSecond.lists,
      words: `${service[side]}'s list requests per second`,
    }),
    fetch: (side) => ({
      key: `pinecone/${indexOf(side)}/fetch`,
      perSecond: perSecond.fetches,
      words: `${service[side]}'s fetch requests per second`,
    }),
    upsert: (namespace) => ({
      key: `pinecone/${indexOf("target")}/upsert/${namespace}`,
      perSecond: perSecond.upserts,
      words: `${service.target}'s upsert requests per second`,
    }),
    change: (namespace) => ({
      key: `pinecone/${indexOf("target")}/change/${namespace}`,
      perSecond: (target.can.limits.changes?.perSecond ?? perSecond.upserts) * pacedBelow,
      words: `${service.target}'s updated records per second`,
    }),
    texts: {
      key: `${made}/requests`,
      perSecond: (quota.requestsPerMinute * pacedBelow) / 60,
      words: `${embedder.service}'s requests per minute`,
      ...(perDay === null
        ? {}
        : {
            daily: {
              limit: perDay,
              day: () => pacificDay(new Date()),
              renewedAt: () => nextPacificMidnight(new Date()),
            },
          }),
    },
    tokens: {
      key: `${made}/tokens`,
      perSecond: (quota.tokensPerMinute * pacedBelow) / 60,
      words: `${embedder.service}'s tokens per minute`,
    },
    batch: {
      texts: Math.max(
        1,
        Math.floor(Math.min(quota.requestsPerMinute / shareOfMinute, perDay ?? Number.POSITIVE_INFINITY)),
      ),
      tokens: Math.max(1, Math.floor(quota.tokensPerMinute / shareOfMinute)),
    },
  };
}

/** Tells keys and addresses apart without keeping them: quotas belong to a key's project. */
function fingerprint(...parts: string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 12);
}
