import { lastSwitch } from "../switch/switch-rows";
import type { Context } from "../verbs/context";
import { readCanaries } from "./canary-rows";
import { runFreeCanary } from "./run-canary";
import { switchedRoutes } from "./show-parity";

/** How often is looked for a canary that is due. Milliseconds. */
const lookMs = 20_000;

export type KeptCanaries = {
  /** Begins nothing more, cuts what is under way, and waits for its end. */
  stop(): Promise<void>;
};

/**
 * Asks the canary of each route whose application is on the target, as often as the configuration says, one after the other. Nobody confirmed a cost, so
 * nothing is embedded: questions of texts are asked by hand alone. What was asked by hand counts, too. One that can't be asked is logged, and tried again when it is due the next time.
 */
export function keepCanaries(ctx: Context): KeptCanaries {
  const stop = new AbortController();
  const tried = new Map<string, number>();
  let underWay: Promise<void> | null = null;
  const look = () => {
    underWay ??= askDue(ctx, tried, new Date(), stop.signal)
      .catch((error: unknown) => {
        if (!stop.signal.aborted) ctx.log.warn({ error }, "canaries could not be looked at; it is tried again");
      })
      .finally(() => {
        underWay = null;
      });
  };
  const timer = ctx.config.switching.canaryMinutes > 0 ? setInterval(look, lookMs) : undefined;
  timer?.unref();
  return {
    async stop() {
      clearInterval(timer);
      stop.abort();
      await underWay;
    },
  };
}

/**
 * One round.
 * @param tried when each route was tried last here, in milliseconds since 1970; the round notes its own
 */
export async function askDue(ctx: Context, tried: Map<string, number>, now: Date, signal: AbortSignal): Promise<void> {
  const every = ctx.config.switching.canaryMinutes * 60_000;
  for (const route of await switchedRoutes(ctx)) {
    if (signal.aborted) return;
    const [[canary], last] = await Promise.all([readCanaries(ctx, route, 1), lastSwitch(ctx, route)]);
    // Answers from before the switch tell nothing of it.
    const counts = canary && (last === null || Date.parse(canary.at) > Date.parse(last.endedAt ?? last.startedAt));
    const asked = Math.max(counts ? Date.parse(canary.at) : 0, tried.get(route) ?? 0);
    if (now.getTime() - asked < every) continue;
    tried.set(route, now.getTime());
    try {
      const canary = await runFreeCanary(ctx, route, signal);
      if (canary)
        ctx.log.info({ route, state: canary.state }, `the canary of ${route} is ${canary.state}: ${canary.words}`);
    } catch (error) {
      if (signal.aborted) return;
      ctx.log.warn(
        { error, route },
        `the canary of ${route} could not be asked; it is tried again in ${ctx.config.switching.canaryMinutes} min`,
      );
    }
  }
}
