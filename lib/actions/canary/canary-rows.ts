import { z } from "zod";
import { type Canary, canarySchema } from "@/lib/shapes/cut-over/canary";
import { instant } from "../answers/columns";
import type { Context } from "../verbs/context";

const rowSchema = canarySchema.omit({ route: true }).extend({ routeName: z.string(), at: instant });

/** A route's canaries, newest first. */
export async function readCanaries({ database }: Context, routeName: string, take: number): Promise<Canary[]> {
  const rows = await database.prisma.canary.findMany({ where: { routeName }, orderBy: { at: "desc" }, take });
  return rows.map((row) => {
    const { routeName: route, ...rest } = rowSchema.parse(row);
    return { ...rest, route };
  });
}
