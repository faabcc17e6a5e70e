import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import type { Check, Doctor } from "@/lib/shapes/overview";
import { routedInput } from "../runs/run-input";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { checkElasticsearch } from "./check-elasticsearch";
import { checkHeldModels } from "./check-held-models";
import { checkEmbedder, checkSource, checkTarget } from "./check-indexes";
import { checkDatabase, checkQuota } from "./check-own";
import { patience } from "./check-timing";
import { readEgress } from "./show-configuration";

export const checkConnectionsInput = z.strictObject({
  /** Only the checks of this service, as a check's `service` names it. */
  service: z.string().max(100).optional(),
  ...routedInput,
});
type Options = { signal?: AbortSignal };

/**
 * Asks every service one cheap question at the same time, each for at most 10 s, and says in words what is there, what is
 * wrong and what to do. `ok` is false when any check is an error. The embedder's check embeds one word.
 */
export async function checkConnections(
  asked: Context,
  input: z.infer<typeof checkConnectionsInput>,
  options: Options = {},
): Promise<Doctor> {
  const ctx = await onRoute(asked, input.route);
  const limit = AbortSignal.timeout(patience);
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
  const services: [string, () => Promise<Check[]>][] = [
    ["Database", () => checkDatabase(ctx)],
    [ctx.source.service, () => checkSource(ctx, signal)],
    [ctx.target.service, () => checkTarget(ctx, signal)],
    [ctx.target.service, () => checkHeldModels(ctx, signal)],
    [ctx.embedder.service, () => checkEmbedder(ctx, signal)],
    [ctx.embedder.service, () => checkQuota(ctx)],
    ["Elasticsearch", () => checkElasticsearch(ctx, signal)],
  ];
  const wanted = services.filter(
    ([service]) => !input.service || service.toLowerCase() === input.service.toLowerCase(),
  );
  if (wanted.length === 0) {
    throw new OperatorError({
      kind: "usage",
      code: "unknown-service",
      what: `There is no service ${JSON.stringify(input.service)} to check.`,
      notLost: "Nothing was changed.",
      next: `Name one of ${[...new Set(services.map(([service]) => service))].join(", ")}.`,
    });
  }
  const checks = (await Promise.all(wanted.map(([, check]) => check()))).flat();
  // A database that doesn't answer is told by its check.
  const egress = await readEgress(ctx).catch(() => undefined);
  const ok = checks.every((check) => check.state !== "error");
  return { mode: ctx.config.mode, ok, checks, ...(egress && { egress }) };
}
