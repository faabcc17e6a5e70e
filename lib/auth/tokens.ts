import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { includesRole, type Role, roleSchema } from "@/lib/shapes/team/role";
import type { TokenView } from "@/lib/shapes/team/team";
import { hashOfSecret, newSecretText } from "./one-time";

const prefix = "portage_";
/** A token that is used all the time is noted as used once a minute. */
const notedEvery = "1 minute";

const found = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  memberEmail: z.string().nullable(),
  memberRole: roleSchema.nullable(),
  disabled: z.boolean(),
});

/** Whose a token is: what it may do is bounded by what its member may do now. `null`: unknown, expired, revoked, or its member was shut out. */
export async function tokenHolder(
  database: Database,
  token: string,
): Promise<{ id: string; name: string; role: Role } | null> {
  if (!token.startsWith(prefix)) return null;
  const [row] = await database.rows(
    found,
    `SELECT t."id", t."name", t."role", m."email" AS "memberEmail", m."role" AS "memberRole", m."disabledAt" IS NOT NULL AS disabled
       FROM "ApiToken" t LEFT JOIN "Member" m ON m."id" = t."memberId"
      WHERE t."hash" = $1 AND t."revokedAt" IS NULL AND t."expiresAt" > clock_timestamp()
        AND (t."memberId" = '' OR m."id" IS NOT NULL)`,
    [hashOfSecret(token)],
  );
  if (!row || row.disabled) return null;
  await database.run(
    `UPDATE "ApiToken" SET "lastUsedAt" = clock_timestamp() WHERE "id" = $1 AND ("lastUsedAt" IS NULL OR "lastUsedAt" < clock_timestamp() - interval '${notedEvery}')`,
    [row.id],
  );
  const role = row.memberRole !== null && !includesRole(row.memberRole, row.role) ? row.memberRole : row.role;
  return { id: row.id, name: `${row.memberEmail ?? "portage"}/${row.name}`, role };
}

const viewRow = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  createdBy: z.string(),
  createdAt: z.date(),
  expiresAt: z.date(),
  lastUsedAt: z.date().nullable(),
  revokedAt: z.date().nullable(),
  memberId: z.string(),
});

/** Tokens of a member, or of all with `null`, newest first; none of them can be read again. */
export async function listTokens(database: Database, memberId: string | null): Promise<TokenView[]> {
  const rows = await database.rows(
    viewRow,
    `SELECT "id", "name", "role", "createdBy", "createdAt", "expiresAt", "lastUsedAt", "revokedAt", "memberId" FROM "ApiToken"
      WHERE $1::text IS NULL OR "memberId" = $1::text ORDER BY "createdAt" DESC LIMIT 500`,
    [memberId],
  );
  return rows.map(({ createdAt, expiresAt, lastUsedAt, revokedAt, memberId: _, ...row }) => ({
    ...row,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  }));
}

/** Makes a token. It is answered once, and only its hash is kept. */
export async function makeToken(
  database: Database,
  given: { name: string; role: Role; days: number; memberId: string; createdBy: string },
): Promise<{ id: string; token: string }> {
  const token = newSecretText(prefix);
  const id = `token-${hashOfSecret(token).slice(0, 12)}`;
  await database.run(
    `INSERT INTO "ApiToken" ("id", "name", "hash", "role", "memberId", "createdBy", "expiresAt")
     VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7::int * interval '1 day')`,
    [id, given.name, hashOfSecret(token), given.role, given.memberId, given.createdBy, given.days],
  );
  return { id, token };
}

/** Ends a token, of `memberId` or of anybody with `null`. Answers whether there was one. */
export async function revokeToken(database: Database, id: string, memberId: string | null): Promise<boolean> {
  const ended = await database.run(
    `UPDATE "ApiToken" SET "revokedAt" = coalesce("revokedAt", clock_timestamp()) WHERE "id" = $1 AND ($2::text IS NULL OR "memberId" = $2::text)`,
    [id, memberId],
  );
  return ended === 1;
}
