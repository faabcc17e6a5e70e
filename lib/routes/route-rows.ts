import { z } from "zod";
import { type RouteDefinition, routeDefinitionSchema } from "@/lib/shapes/routes/route";
import type { Kept } from "./connection-rows";
import { noRoute } from "./refusals";

const rowSchema = z.object({ name: z.string(), revision: z.number(), definition: routeDefinitionSchema });

/** A route as it is kept. */
export type RouteRow = z.infer<typeof rowSchema>;

export async function routeRows({ database }: Kept): Promise<RouteRow[]> {
  return z.array(rowSchema).parse(await database.prisma.route.findMany({ orderBy: { name: "asc" } }));
}

/** @throws OperatorError `route-not-found` */
export async function keptRoute({ database }: Kept, name: string): Promise<RouteRow> {
  const row = await database.prisma.route.findUnique({ where: { name } });
  if (row) return rowSchema.parse(row);
  throw noRoute(name);
}

/** Puts a new one down; `false` when its name is taken. */
export async function insertRoute(
  { database }: Kept,
  { name, definition }: Omit<RouteRow, "revision">,
  createdBy: string,
): Promise<boolean> {
  const { count } = await database.prisma.route.createMany({
    data: [{ name, definition, createdBy }],
    skipDuplicates: true,
  });
  return count === 1;
}

/** Replaces it, as its next revision; `false` when it isn't any more what was read. */
export async function replaceRoute({ database }: Kept, { name, revision, definition }: RouteRow): Promise<boolean> {
  const { count } = await database.prisma.route.updateMany({
    where: { name, revision },
    data: { definition, revision: revision + 1, updatedAt: new Date() },
  });
  return count === 1;
}

export async function deleteRoute({ database }: Kept, name: string): Promise<void> {
  await database.prisma.route.deleteMany({ where: { name } });
}

/** The connections that a route needs. */
export function connectionNamesOf({ source, target, vectors, overflow }: RouteDefinition): string[] {
  const embedder = vectors.from === "text" ? [vectors.embedder] : [];
  return [...new Set([source.connection, target.connection, ...embedder, ...(overflow ? [overflow.connection] : [])])];
}
