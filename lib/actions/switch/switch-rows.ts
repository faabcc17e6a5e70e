import { z } from "zod";
import { type Switch, type SwitchSide, switchFileSchema, switchSchema } from "@/lib/shapes/cut-over/switch";
import { switchPaths } from "@/lib/switch/switch-file";
import { instant } from "../answers/columns";
import type { Context } from "../verbs/context";

const rowSchema = switchSchema.omit({ route: true }).extend({
  routeName: z.string(),
  startedAt: instant,
  endedAt: instant.nullable(),
  file: switchFileSchema,
});
export type SwitchRow = z.infer<typeof rowSchema>;

/** Without the whole of its file. */
export const switchOf = ({ routeName, file: _, ...row }: SwitchRow): Switch => ({ ...row, route: routeName });

/** A route's switches, newest first. */
export async function readSwitches({ database }: Context, routeName: string, take: number): Promise<SwitchRow[]> {
  const rows = await database.prisma.switch.findMany({ where: { routeName }, orderBy: { generation: "desc" }, take });
  return rows.map((row) => rowSchema.parse(row));
}

/** The one that the application goes by: the last that was written. */
export async function lastSwitch({ database }: Context, routeName: string): Promise<SwitchRow | null> {
  const where = { routeName, state: "done" };
  const row = await database.prisma.switch.findFirst({ where, orderBy: { generation: "desc" } });
  return row && rowSchema.parse(row);
}

/** Which end an application asks: the source, until it was told otherwise. */
export const activeSide = (last: SwitchRow | null): SwitchSide => last?.to ?? "source";

export const pathsOf = (ctx: Context, route: string) => switchPaths(ctx.config.switching.folder, route);
