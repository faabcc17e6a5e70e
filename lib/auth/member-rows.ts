import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import { type Role, roleSchema } from "@/lib/shapes/team/role";
import type { Member } from "@/lib/shapes/team/team";

const memberRow = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: roleSchema,
  disabled: z.boolean(),
  ways: z.array(z.string()),
  createdAt: z.date(),
  lastSeenAt: z.date().nullable(),
});

/** Everybody who may sign in, by address. */
export async function listMembers(sql: Sql): Promise<Member[]> {
  const rows = await sql.rows(
    memberRow,
    `SELECT m."id", m."name", m."email", m."role", m."disabledAt" IS NOT NULL AS disabled, m."createdAt",
            ARRAY(SELECT DISTINCT CASE a."providerId" WHEN 'credential' THEN 'password' ELSE 'single sign-on' END
                    FROM "MemberAccount" a WHERE a."userId" = m."id" ORDER BY 1) AS ways,
            (SELECT max(s."updatedAt") FROM "MemberSession" s WHERE s."userId" = m."id") AS "lastSeenAt"
       FROM "Member" m ORDER BY m."email"`,
  );
  return rows.map(({ createdAt, lastSeenAt, ...row }) => ({
    ...row,
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
  }));
}

/** Why a member can't be changed. */
export type Refused = "unknown" | "last-admin";

type Change = { role?: Role | undefined; disabled?: boolean | undefined };

/** Changes what a member may do; whoever is shut out loses their sessions at once. One admin who can sign in stays. */
export function changeMember(database: Database, id: string, { role, disabled }: Change): Promise<Refused | null> {
  return database.transaction(async (sql) => {
    const refused = await wouldLeaveNobody(sql, id, (role !== undefined && role !== "admin") || disabled === true);
    if (refused) return refused;
    await sql.run(
      `UPDATE "Member" SET "role" = coalesce($2::text, "role"), "updatedAt" = clock_timestamp(),
              "disabledAt" = CASE WHEN $3::boolean IS NULL THEN "disabledAt" WHEN $3::boolean THEN clock_timestamp() END WHERE "id" = $1`,
      [id, role ?? null, disabled ?? null],
    );
    if (disabled) await sql.run(`DELETE FROM "MemberSession" WHERE "userId" = $1`, [id]);
    return null;
  });
}

/** Removes a member with their sessions; their tokens stop working. What they did stays under their name. */
export function removeMember(database: Database, id: string): Promise<Refused | null> {
  return database.transaction(async (sql) => {
    const refused = await wouldLeaveNobody(sql, id, true);
    if (refused) return refused;
    await sql.run(
      `UPDATE "ApiToken" SET "revokedAt" = coalesce("revokedAt", clock_timestamp()) WHERE "memberId" = $1`,
      [id],
    );
    await sql.run(`DELETE FROM "Member" WHERE "id" = $1`, [id]);
    return null;
  });
}

const standRow = z.object({ admin: z.boolean(), others: z.number() });

async function wouldLeaveNobody(sql: Sql, id: string, takesAdmin: boolean): Promise<Refused | null> {
  // Two admins who shut each other out take turns.
  await sql.run(`LOCK TABLE "Member" IN SHARE ROW EXCLUSIVE MODE`);
  const [row] = await sql.rows(
    standRow,
    `SELECT m."role" = 'admin' AND m."disabledAt" IS NULL AS admin,
            (SELECT count(*) FROM "Member" o WHERE o."id" <> m."id" AND o."role" = 'admin' AND o."disabledAt" IS NULL)::int AS others
       FROM "Member" m WHERE m."id" = $1`,
    [id],
  );
  if (!row) return "unknown";
  return takesAdmin && row.admin && row.others === 0 ? "last-admin" : null;
}
