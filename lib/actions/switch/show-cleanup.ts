import { z } from "zod";
import { readConnection } from "@/lib/routes/open-connection";
import { routeOf } from "@/lib/routes/route-now";
import type { Cleanup } from "@/lib/shapes/cut-over/cleanup";
import { routeName } from "@/lib/shapes/routes/route";
import type { Warning } from "@/lib/shapes/runs/warning";
import { standingCanary } from "../canary/standing-canary";
import { inspectSide } from "../namespaces/inventory";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { unknownIndex } from "../verbs/service-words";
import { usedBy } from "../verbs/used-by";
import type { VerbOptions } from "../verbs/verb";
import { number } from "./against-differences";
import { deletingCommand } from "./deleting-command";
import { activeSide, lastSwitch } from "./switch-rows";

export const showCleanupInput = z.strictObject({ name: routeName });

/** An application that was switched is watched for so long before anything of the old side goes. Days. */
const watchedDays = 7;
const dayMs = 86_400_000;

/** What of the source could go now, how large it is, by which command, and why not yet. Nothing is deleted. @throws OperatorError `unknown-index` */
export async function showCleanup(
  context: Context,
  { name }: z.infer<typeof showCleanupInput>,
  { signal }: VerbOptions = {},
): Promise<Cleanup> {
  const ctx = await onRoute(context, name);
  const route = routeOf(ctx);
  const shape = await inspectSide(ctx, "source", signal ? { signal } : {});
  if (!shape) throw unknownIndex(ctx, "source");
  const against = await notYet(ctx, route.name);
  const asked = against.some(({ code }) => code === stillAsked.code);
  return {
    route: route.name,
    items: [
      {
        what: shape.name,
        service: ctx.source.service,
        records: { value: shape.vectors.value, exact: shape.vectors.exact },
        vectorBytes: shape.dimension === null ? null : shape.vectors.value * shape.dimension * 4,
        command: asked ? null : await commandFor(ctx, shape.name, signal),
      },
    ],
    notYet: against,
  };
}

const stillAsked: Warning = { code: "still-asked", words: "The application asks the source." };

async function notYet(ctx: Context, name: string): Promise<Warning[]> {
  const last = await lastSwitch(ctx, name);
  if (last === null || activeSide(last) === "source") return [stillAsked];
  const against: Warning[] = [];
  const days = (Date.now() - Date.parse(last.endedAt ?? last.startedAt)) / dayMs;
  if (days < watchedDays)
    against.push({
      code: "switched-lately",
      words: `The application was switched ${days < 1 ? "less than a day" : `${number(Math.floor(days))} days`} ago: wait until it was watched for ${watchedDays} days.`,
    });
  const inPart = last.against.filter(({ code }) => code === "verdict-in-part" || code === "differences-in-part");
  if (inPart.length > 0)
    against.push({
      code: "switched-in-part",
      words: `The application was switched by force though not all of the source was known to be in the target: ${inPart.map(({ words }) => words).join(" ")}`,
    });
  const canary = await standingCanary(ctx, name, last);
  if (canary.state === "unknown") against.push({ code: "not-watched", words: canary.words });
  else if (canary.state === "red") against.push({ code: "canary-red", words: `The canary is red: ${canary.words}` });
  const routes = await ctx.database.prisma.route.findMany({ select: { name: true, definition: true } });
  const { source } = routeOf(ctx);
  const used = routes.filter((one) => one.name !== name && leadsTo(one.definition, source.connection, source.index));
  for (const one of used)
    against.push({
      code: "still-used",
      words: `The route ${one.name} leads to it or from it: going back needs it, as long as that is wanted.`,
    });
  return against;
}

const endSchema = z.object({ connection: z.string(), collection: z.string() });
const endsSchema = z.object({ source: endSchema, target: endSchema });

function leadsTo(definition: unknown, connection: string, collection: string): boolean {
  const ends = endsSchema.safeParse(definition).data;
  return (
    ends !== undefined &&
    [ends.source, ends.target].some((end) => end.connection === connection && end.collection === collection)
  );
}

const chromaPlace = z.object({
  tenant: z.string().default("default_tenant"),
  database: z.string().default("default_database"),
});

async function commandFor(ctx: Context, index: string, signal?: AbortSignal): Promise<string> {
  const { connection, kind } = routeOf(ctx).source;
  const { source } = ctx;
  const options = signal ? { signal } : {};
  const table =
    kind === "pgvector"
      ? await attempt(usedBy(ctx, "source"), async () => (await source.sqlPlace?.(index, options)) ?? null, signal)
      : null;
  const chroma = kind === "chroma" ? chromaPlace.parse((await readConnection(ctx, connection)).settings) : null;
  return deletingCommand(kind, index, { table, chroma });
}
