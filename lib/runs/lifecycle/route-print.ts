import { createHash } from "node:crypto";
import { type AnySettings, type End, isClearance, type RunSettings } from "@/lib/shapes/runs/run";

/** What is of a run's execution only, and none of its route: how much at once, how far, how closely it is looked at afterwards. */
type Execution =
  | "only"
  | "queryBatchSize"
  | "embeddingBatchSize"
  | "upsertBatchSize"
  | "batchDelaySeconds"
  | "limit"
  | "verifySample"
  | "verifyFull"
  | "reembedSample";

/** Everything else: where from, where to, and what becomes of a record on the way. A rule that is added later is part of it at once. */
export function routeRules(settings: RunSettings): Omit<RunSettings, Execution> {
  const {
    only: _only,
    queryBatchSize: _query,
    embeddingBatchSize: _embedding,
    upsertBatchSize: _upsert,
    batchDelaySeconds: _delay,
    limit: _limit,
    verifySample: _sample,
    verifyFull: _full,
    reembedSample: _reembed,
    ...rules
  } = settings;
  return rules;
}

/** The plan's own route under today's execution: what is applied goes where it was reviewed, and by the rules that it was reviewed under. */
export function onReviewedRoute(reviewed: RunSettings, now: RunSettings): RunSettings {
  return { ...now, ...routeRules(reviewed) };
}

/**
 * A digest of where a plan leads and by which rules, for its hash: equal for the same places (account, collection, dimension, metric), the
 * same vectors and the same rules, whatever connections and the route are called.
 */
export function routePrint(settings: AnySettings): string {
  if (isClearance(settings)) {
    const { target, indices, request } = settings;
    return printOf({ target, indices, request });
  }
  const { source, target, embedder, route: _name, ...rules } = routeRules(settings);
  const { model, dimension, task } = embedder;
  const owned = [...rules.targetOwnedKeys].sort();
  return printOf({
    ...rules,
    targetOwnedKeys: owned,
    source: placeOf(source),
    target: placeOf(target),
    space: { model, dimension, task },
  });
}

const placeOf = ({ index, account, dimension, metric }: End) => ({ index, account, dimension, metric });

const printOf = (value: object) =>
  createHash("sha256")
    .update(JSON.stringify(sorted(value)))
    .digest("hex");

/** The same with the keys of every object in order: JSON that comes out of the database has them in another. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
