import type { Database } from "@/lib/db/contract";
import { includesRole, type Role, roleSchema } from "@/lib/shapes/team/role";
import type { TokenView } from "@/lib/shapes/team/team";
import { hashOfSecret, newSecretText } from "./one-time";

const prefix = "portage_";
/** A token that is used all the time is noted as used so often. Milliseconds. */
const notedEvery = 60_000;
const dayMs = 86_400_000;
/** So many are listed. */
const mostListed = 500;

/** Whose a token is: what it may do is bounded by what its member may do now. `null`: unknown, expired, revoked, or its member was shut out. */
export async function tokenHolder(
  database: Database,
  token: string,
): Promise<{ id: string; name: string; role: Role } | null> {
  if (!token.startsWith(prefix)) return null;
  const { apiToken, member } = database.prisma;
  const now = new Date();
  const where = { hash: hashOfSecret(token), revokedAt: null, expiresAt: { gt: now } };
  const found = await apiToken.findFirst({ where });
  if (!found) return null;
  // One that was made by the process itself is no member's.
  const of = found.memberId === "" ? null : await member.findUnique({ where: { id: found.memberId } });
  if (found.memberId !== "" && (of === null || of.disabledAt !== null)) return null;
  if (found.lastUsedAt === null || now.getTime() - found.lastUsedAt.getTime() > notedEvery)
    await apiToken.updateMany({ where: { id: found.id }, data: { lastUsedAt: now } });
  const role = roleSchema.parse(found.role);
  const most = of === null ? role : roleSchema.parse(of.role);
  return {
    id: found.id,
    name: `${of?.email ?? "portage"}/${found.name}`,
    role: includesRole(most, role) ? role : most,
  };
}

/** Tokens of a member, or of all with `null`, newest first; none of them can be read again. */
export async function listTokens(database: Database, memberId: string | null): Promise<TokenView[]> {
  const rows = await database.prisma.apiToken.findMany({
    where: memberId === null ? {} : { memberId },
    omit: { hash: true, memberId: true },
    orderBy: { createdAt: "desc" },
    take: mostListed,
  });
  return rows.map(({ createdAt, expiresAt, lastUsedAt, revokedAt, role, ...row }) => ({
    ...row,
    role: roleSchema.parse(role),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  }));
}

/** Makes a token. It is answered once, and only its hash is kept. */
export async function makeToken(
  database: Database,
  {
    name,
    role,
    days,
    memberId,
    createdBy,
  }: { name: string; role: Role; days: number; memberId: string; createdBy: string },
): Promise<{ id: string; token: string }> {
  const token = newSecretText(prefix);
  const hash = hashOfSecret(token);
  const id = `token-${hash.slice(0, 12)}`;
  const expiresAt = new Date(Date.now() + days * dayMs);
  await database.prisma.apiToken.create({ data: { id, name, hash, role, memberId, createdBy, expiresAt } });
  return { id, token };
}

/** Ends a token, of `memberId` or of anybody with `null`. Answers whether there was one. */
export async function revokeToken(database: Database, id: string, memberId: string | null): Promise<boolean> {
  const { apiToken } = database.prisma;
  const where = { id, ...(memberId !== null && { memberId }) };
  await apiToken.updateMany({ where: { ...where, revokedAt: null }, data: { revokedAt: new Date() } });
  return (await apiToken.count({ where })) === 1;
}
