import type { CanaryState } from "@/lib/shapes/cut-over/canary";
import { lastSwitch, type SwitchRow } from "../switch/switch-rows";
import type { Context } from "../verbs/context";
import { readCanaries } from "./canary-rows";

/** Asked longer ago, its answers tell nothing of today's. Milliseconds. */
const counts = 24 * 3_600_000;

/** What the last canary of a route tells now. */
export type StandingCanary = { state: CanaryState; words: string; at: string | null };

/**
 * The last canary of a route, for as long as it tells something: one from before the last switch, of another verdict than that was made on, or of longer
 * than a day ago leaves it unknown how the target answers.
 * @param given the route's last switch, where it was read already
 */
export async function standingCanary(ctx: Context, route: string, given?: SwitchRow | null): Promise<StandingCanary> {
  const last = given === undefined ? await lastSwitch(ctx, route) : given;
  const [canary] = await readCanaries(ctx, route, 1);
  const again = (why: string) => ({
    state: "unknown" as const,
    words: `The verdict's questions ${why}: portage canary ${route}.`,
    at: canary?.at ?? null,
  });
  if (!canary)
    return again(last === null ? "haven't been asked again yet" : "haven't been asked since the last switch");
  const { state, words, at } = canary;
  if (last !== null && Date.parse(at) < Date.parse(last.endedAt ?? last.startedAt))
    return again("haven't been asked since the last switch");
  if (last !== null && last.gateId !== null && last.gateId !== canary.gateId)
    return again("of the last switch haven't been asked yet, only those of another verdict");
  if (Date.now() - Date.parse(at) > counts) return again("haven't been asked again in the last 24 hours");
  return { state, words, at };
}
