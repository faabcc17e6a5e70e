import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import { type Role, roleSchema } from "@/lib/shapes/team/role";
import { hashOfSecret, newSecretText } from "./one-time";

/** How long a link can be used. */
const validDays = 7;

/** Makes a link that makes one member of that role, once. Answers what stands in it; only its hash is kept. */
export async function makeInvitation(sql: Sql, given: { role: Role; createdBy: string }): Promise<string> {
  const secret = newSecretText("");
  await sql.run(
    `INSERT INTO "Invitation" ("id", "hash", "role", "createdBy", "expiresAt") VALUES ($1, $2, $3, $4, clock_timestamp() + ${validDays} * interval '1 day')`,
    [`invitation-${hashOfSecret(secret).slice(0, 12)}`, hashOfSecret(secret), given.role, given.createdBy],
  );
  return secret;
}

const roleRow = z.object({ role: roleSchema });
const admins = `FROM "Member" WHERE "role" = 'admin' AND "disabledAt" IS NULL`;
/** The link for the first admin is none any more once there is one, however that came. */
const open = `"hash" = $1 AND "usedAt" IS NULL AND "expiresAt" > clock_timestamp()
  AND ("createdBy" <> 'portage' OR NOT EXISTS (SELECT 1 ${admins}))`;

/** What a link makes of whoever uses it; `null` when it was used, is too old, or is none. */
export async function openInvitation(sql: Sql, secret: string): Promise<Role | null> {
  const [row] = await sql.rows(roleRow, `SELECT "role" FROM "Invitation" WHERE ${open}`, [hashOfSecret(secret)]);
  return row?.role ?? null;
}

/** Uses a link up; of two who use it at once, one gets it. */
export async function takeInvitation(sql: Sql, secret: string, usedBy: string): Promise<Role | null> {
  const [row] = await sql.rows(
    roleRow,
    `UPDATE "Invitation" SET "usedAt" = clock_timestamp(), "usedBy" = $2 WHERE ${open} RETURNING "role"`,
    [hashOfSecret(secret), usedBy],
  );
  return row?.role ?? null;
}

/** Gives a link back that no member came of. */
export async function giveInvitationBack(sql: Sql, secret: string, usedBy: string): Promise<void> {
  await sql.run(`UPDATE "Invitation" SET "usedAt" = NULL, "usedBy" = NULL WHERE "hash" = $1 AND "usedBy" = $2`, [
    hashOfSecret(secret),
    usedBy,
  ]);
}

const countRow = z.object({ admins: z.number() });

/** A link for the first admin, where there is none who could sign in; those printed at earlier starts don't work any more. */
export async function firstAdminLink(database: Database): Promise<string | null> {
  return database.transaction(async (sql) => {
    const [row] = await sql.rows(countRow, `SELECT count(*)::int AS admins ${admins}`);
    if ((row?.admins ?? 0) > 0) return null;
    await sql.run(`DELETE FROM "Invitation" WHERE "createdBy" = 'portage' AND "usedAt" IS NULL`);
    return makeInvitation(sql, { role: "admin", createdBy: "portage" });
  });
}
