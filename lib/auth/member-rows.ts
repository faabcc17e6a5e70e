import type { Prisma } from "@/generated/prisma/client";
import type { Database } from "@/lib/db/contract";
import { type Role, roleSchema } from "@/lib/shapes/team/role";
import type { Member } from "@/lib/shapes/team/team";

/** Everybody who may sign in, by address. */
export async function listMembers({ prisma }: Database): Promise<Member[]> {
  const rows = await prisma.member.findMany({
    select: {
      id: true,
      name: true,
      email: true,
      role: true,
      disabledAt: true,
      createdAt: true,
      accounts: { select: { providerId: true } },
      sessions: { select: { updatedAt: true }, orderBy: { updatedAt: "desc" }, take: 1 },
    },
    orderBy: { email: "asc" },
  });
  return rows.map(({ disabledAt, createdAt, accounts, sessions, role, ...row }) => ({
    ...row,
    role: roleSchema.parse(role),
    disabled: disabledAt !== null,
    ways: [...new Set(accounts.map(wayOf))].sort(),
    createdAt: createdAt.toISOString(),
    lastSeenAt: sessions[0]?.updatedAt.toISOString() ?? null,
  }));
}

/** What better-auth calls a password's account. */
const passwords = "credential";

const wayOf = ({ providerId }: { providerId: string }) => (providerId === passwords ? "password" : "single sign-on");

/** Whether a member signs in by a password, or can at least. */
export async function hasPassword({ prisma }: Database, userId: string): Promise<boolean> {
  return (await prisma.memberAccount.count({ where: { userId, providerId: passwords } })) > 0;
}

/** Why a member can't be changed. */
export type Refused = "unknown" | "last-admin";

type Change = { role?: Role | undefined; disabled?: boolean | undefined };

/** Changes what a member may do; whoever is shut out loses their sessions at once. One admin who can sign in stays. */
export function changeMember({ prisma }: Database, id: string, { role, disabled }: Change): Promise<Refused | null> {
  return prisma.$transaction(async (within) => {
    const refused = await wouldLeaveNobody(within, id, (role !== undefined && role !== "admin") || disabled === true);
    if (refused) return refused;
    const now = new Date();
    await within.member.update({
      where: { id },
      data: {
        ...(role !== undefined && { role }),
        ...(disabled !== undefined && { disabledAt: disabled ? now : null }),
        updatedAt: now,
      },
    });
    if (disabled) await within.memberSession.deleteMany({ where: { userId: id } });
    return null;
  });
}

/** Removes a member with their sessions; their tokens stop working. What they did stays under their name. */
export function removeMember({ prisma }: Database, id: string): Promise<Refused | null> {
  return prisma.$transaction(async (within) => {
    const refused = await wouldLeaveNobody(within, id, true);
    if (refused) return refused;
    await within.apiToken.updateMany({ where: { memberId: id, revokedAt: null }, data: { revokedAt: new Date() } });
    await within.member.delete({ where: { id } });
    return null;
  });
}

async function wouldLeaveNobody(
  within: Prisma.TransactionClient,
  id: string,
  takesAdmin: boolean,
): Promise<Refused | null> {
  // Two admins who shut each other out take turns.
  await within.$executeRaw`LOCK TABLE "Member" IN SHARE ROW EXCLUSIVE MODE`;
  const member = await within.member.findUnique({ where: { id } });
  if (!member) return "unknown";
  const isAdmin = { role: "admin", disabledAt: null };
  if (!takesAdmin || member.role !== isAdmin.role || member.disabledAt !== null) return null;
  return (await within.member.count({ where: { ...isAdmin, id: { not: id } } })) === 0 ? "last-admin" : null;
}
