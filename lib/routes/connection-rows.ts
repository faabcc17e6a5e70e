import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { connectionRoles } from "@/lib/shapes/routes/route";
import { noConnection } from "./refusals";

/** Where connections and routes are kept. */
export type Kept = { database: Pick<Database, "prisma"> };

/** A secret as it is kept: sealed, or a variable of the environment that is read when it is opened. */
const keptSecret = z.union([z.strictObject({ sealed: z.string() }), z.strictObject({ env: z.string() })]);
export type KeptSecret = z.infer<typeof keptSecret>;

const rowSchema = z.object({
  name: z.string(),
  role: z.enum(connectionRoles),
  kind: z.string(),
  settings: z.record(z.string(), z.json()),
  sealed: z.record(z.string(), keptSecret),
  shown: z.record(z.string(), z.string()),
  revision: z.number(),
});

/** A connection as it is kept. */
export type ConnectionRow = z.infer<typeof rowSchema>;

export async function connectionRows({ database }: Kept): Promise<ConnectionRow[]> {
  const rows = await database.prisma.connection.findMany({ orderBy: { name: "asc" } });
  return z.array(rowSchema).parse(rows);
}

export async function findConnection({ database }: Kept, name: string): Promise<ConnectionRow | null> {
  const row = await database.prisma.connection.findUnique({ where: { name } });
  return row === null ? null : rowSchema.parse(row);
}

/** @throws OperatorError `connection-not-found` */
export async function keptConnection(parts: Kept, name: string): Promise<ConnectionRow> {
  const row = await findConnection(parts, name);
  if (row) return row;
  throw noConnection(name);
}

/** Puts a new one down; `false` when its name is taken. */
export async function insertConnection(
  { database }: Kept,
  row: Omit<ConnectionRow, "revision">,
  createdBy: string,
): Promise<boolean> {
  const { count } = await database.prisma.connection.createMany({
    data: [{ ...row, settings: jsonOf(row.settings), createdBy }],
    skipDuplicates: true,
  });
  return count === 1;
}

/** Replaces what is kept, as its next revision; `false` when it isn't any more what was read. */
export async function replaceConnection(
  { database }: Kept,
  { name, revision, settings, sealed, shown }: ConnectionRow,
): Promise<boolean> {
  const { count } = await database.prisma.connection.updateMany({
    where: { name, revision },
    data: { settings: jsonOf(settings), sealed, shown, revision: revision + 1, updatedAt: new Date() },
  });
  return count === 1;
}

/** The same secret under a newer key: the connection stays as it is, and so does its revision. */
export async function resealConnection(
  { database }: Kept,
  { name, revision, sealed }: Pick<ConnectionRow, "name" | "revision" | "sealed">,
): Promise<void> {
  await database.prisma.connection.updateMany({ where: { name, revision }, data: { sealed } });
}

export async function deleteConnection({ database }: Kept, name: string): Promise<void> {
  await database.prisma.connection.deleteMany({ where: { name } });
}

/** Values that Prisma takes as JSON: it has no `null` within. */
function jsonOf(values: ConnectionRow["settings"]) {
  return Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
}
