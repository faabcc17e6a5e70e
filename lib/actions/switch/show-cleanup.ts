import { z } from "zod";
import { routeOf } from "@/lib/routes/route-now";
import type { Cleanup } from "@/lib/shapes/cleanup";
import { routeName } from "@/lib/shapes/route";
import type { Warning } from "@/lib/shapes/warning";
import { readCanaries } from "../canary/canary-rows";
import { inspectSide } from "../namespaces/inventory";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { unknownIndex } from "../verbs/service-words";
import type { VerbOptions } from "../verbs/verb";
import { number } from "./against-differences";
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
  const shape = await inspectSide(ctx, "source", signal);
  if (!shape) throw unknownIndex(ctx, "source");
  return {
    route: route.name,
    items: [
      {
        what: shape.name,
        service: ctx.source.service,
        records: { value: shape.vectors.value, exact: shape.vectors.exact },
        vectorBytes: shape.dimension === null ? null : shape.vectors.value * shape.dimension * 4,
        command: commandFor(route.source.kind, shape.name),
      },
    ],
    notYet: await notYet(ctx, route.name),
  };
}

async function notYet(ctx: Context, name: string): Promise<Warning[]> {
  const last = await lastSwitch(ctx, name);
  if (last === null || activeSide(last) === "source")
    return [{ code: "still-asked", words: "The application asks the source." }];
  const against: Warning[] = [];
  const days = (Date.now() - Date.parse(last.endedAt ?? last.startedAt)) / dayMs;
  if (days < watchedDays)
    against.push({
      code: "switched-lately",
      words: `The application was switched ${days < 1 ? "less than a day" : `${number(Math.floor(days))} days`} ago: wait until it was watched for ${watchedDays} days.`,
    });
  const [canary] = await readCanaries(ctx, name, 1);
  if (!canary || Date.now() - Date.parse(canary.at) > dayMs)
    against.push({
      code: "not-watched",
      words: `The verdict's questions weren't asked again today: portage canary ${name}.`,
    });
  else if (canary.state !== "green")
    against.push({ code: "canary-red", words: `The canary is ${canary.state}: ${canary.words}` });
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

const shell = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** For whoever deletes it; keys stand as variables. */
function commandFor(kind: string, index: string): string {
  if (kind === "pinecone" || kind === "pinecone-documents")
    return `curl -X DELETE -H "Api-Key: $PINECONE_API_KEY" ${shell(`https://api.pinecone.io/indexes/${encodeURIComponent(index)}`)}`;
  if (kind === "pgvector") return `psql "$PGVECTOR_URL" -c ${shell(`DROP TABLE "${index.replaceAll('"', '""')}"`)}`;
  if (kind === "chroma")
    return `curl -X DELETE "$CHROMA_URL/api/v2/tenants/default_tenant/databases/default_database/collections/"${shell(encodeURIComponent(index))}`;
  return `# Move its folder aside first (mv FOLDER FOLDER.old), and delete it once nothing has missed it.`;
}
