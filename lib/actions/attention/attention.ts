import { z } from "zod";
import { routeOf } from "@/lib/routes/route-now";
import { defaultRoute } from "@/lib/shapes/names";
import type { IndexState, Overview } from "@/lib/shapes/overview";
import { hrefOn } from "@/lib/shapes/routes/route-href";
import type { Run } from "@/lib/shapes/runs/run";
import { amount } from "../answers/columns";
import { readParity } from "../canary/show-parity";
import type { Context } from "../verbs/context";
import { missingTargetNext } from "../verbs/missing-target";
import { setBy } from "../verbs/service-words";
import { listAttention } from "./list-attention";

type Attention = Overview["attention"][number];
type Live = Pick<Attention, "level" | "what" | "next" | "href">;

function ofSides(ctx: Context, source: IndexState, target: IndexState): Live[] {
  const items: Live[] = [];
  // Of copied vectors the source says the dimension.
  const embeds = routeOf(ctx).embedder !== null;
  const dimension = embeds ? ctx.embedder.space.dimension : source.dimension;
  for (const [side, state] of [["source", source] as const, ["target", target] as const]) {
    if (state.problem === null) continue;
    const missingTarget = side === "target" && state.state === "missing";
    items.push({
      level: missingTarget || state.state === "not-ready" ? "warn" : "error",
      what: `${side === "source" ? "Source" : "Target"}: ${state.problem}`,
      next: missingTarget
        ? routeOf(ctx).name === defaultRoute
          ? `Create it${dimension === null ? "" : ` with dimension ${dimension}`}: here, or with \`portage doctor --create-target\`.`
          : missingTargetNext(ctx)
        : "Check the connections.",
      href: "/configuration",
    });
  }
  if (embeds && target.dimension !== null && target.dimension !== dimension) {
    items.push({
      level: "error",
      what: `The target takes vectors of dimension ${target.dimension}, the embedder makes ${dimension}.`,
      next: `Set ${setBy(ctx, "dimension")} or ${setBy(ctx, "target")} so that they agree.`,
      href: "/configuration",
    });
  }
  return items;
}

/** Runs that wait for a service go on by themselves: they are told while they wait, and leave nothing behind. */
function ofWaitingRuns(runs: readonly Run[]): Live[] {
  return runs
    .filter(({ state }) => state === "waiting")
    .map((run) => ({
      level: "warn",
      what: `${run.id} waits for ${run.waitingFor ?? "a service"}.`,
      next: "It resumes automatically.",
      href: `/runs/${run.id}`,
    }));
}

/** Of the routes whose application is on the target: where it answers worse than when it was checked. */
async function ofCanaries(ctx: Context): Promise<Live[]> {
  const { routes } = await readParity(ctx);
  return routes
    .filter(({ state }) => state === "red")
    .map(({ route, words }) => ({
      level: "error",
      what: `Canary of ${route}: ${words}`,
      next: "See the page Move: the application can be switched back in one step.",
      href: hrefOn(route, "/move"),
    }));
}

/** Items of the inbox on a dashboard; all of them are a page of their own. */
const itemsShown = 8;

/**
 * What an operator should look at: what stands now (connections, blocked quotas, runs that wait), then the inbox, in the order of its
 * causes' weight.
 */
export async function readAttention(
  ctx: Context,
  source: IndexState,
  target: IndexState,
  runs: readonly Run[],
): Promise<Attention[]> {
  const blocked = await ctx.database.rows(
    z.object({ blockedFor: z.string().nullable(), blockedUntil: amount }),
    `SELECT "blockedFor", "blockedUntil" FROM "Quota" WHERE "blockedUntil" > extract(epoch FROM now()) * 1000 + 5000 ORDER BY "key"`,
  );
  const live: Live[] = [
    ...ofSides(ctx, source, target),
    ...blocked.map(
      (quota): Live => ({
        level: "warn",
        what: `Waiting for ${quota.blockedFor ?? "a quota"} until ${new Date(quota.blockedUntil).toISOString()}.`,
        next: "Runs resume automatically then.",
        href: "/runs",
      }),
    ),
    ...ofWaitingRuns(runs),
    ...(await ofCanaries(ctx)),
  ];
  const { items } = await listAttention(ctx, { state: "open", offset: 0, limit: itemsShown });
  return [
    ...live.map((one) => ({ ...one, id: null, cause: null, since: null, namespaces: [], namespaceCount: 0 })),
    ...items.map(({ level, what, next, href, id, cause, since, namespaces, namespaceCount }) => ({
      ...{ level, what, next, href, id, cause, since, namespaces, namespaceCount },
    })),
  ];
}
