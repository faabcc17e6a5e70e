import type { Prisma } from "@/generated/prisma/client";
import type { Database } from "@/lib/db/contract";
import { type Role, roleSchema } from "@/lib/shapes/team/role";
import { hashOfSecret, newSecretText } from "./one-time";

/** How long a link can be used. Milliseconds. */
const validFor = 7 * 86_400_000;
/** Who makes the link for the first admin. */
const itself = "portage";

type Tables = Pick<Prisma.TransactionClient, "invitation" | "member">;

/** Makes a link that makes one member of that role, once. Answers what stands in it; only its hash is kept. */
export function makeInvitation({ prisma }: Database, given: { role: Role; createdBy: string }): Promise<string> {
  return make(prisma, given);
}

async function make({ invitation }: Tables, given: { role: Role; createdBy: string }): Promise<string> {
  const secret = newSecretText("");
  const hash = hashOfSecret(secret);
  const expiresAt = new Date(Date.now() + validFor);
  await invitation.create({ data: { id: `invitation-${hash.slice(0, 12)}`, hash, ...given, expiresAt } });
  return secret;
}

const hasAdmin = async ({ member }: Tables) =>
  (await member.findFirst({ where: { role: "admin", disabledAt: null }, select: { id: true } })) !== null;

/** The link for the first admin is none any more once there is one, however that came. */
const unused = async (tables: Tables, secret: string) => ({
  hash: hashOfSecret(secret),
  usedAt: null,
  expiresAt: { gt: new Date() },
  ...((await hasAdmin(tables)) && { createdBy: { not: itself } }),
});

/** What a link makes of whoever uses it; `null` when it was used, is too old, or is none. */
export async function openInvitation({ prisma }: Database, secret: string): Promise<Role | null> {
  const found = await prisma.invitation.findFirst({ where: await unused(prisma, secret), select: { role: true } });
  return found && roleSchema.parse(found.role);
}

/** Uses a link up; of two who use it at once, one gets it. */
export async function takeInvitation({ prisma }: Database, secret: string, usedBy: string): Promise<Role | null> {
  const [taken] = await prisma.invitation.updateManyAndReturn({
    where: await unused(prisma, secret),
    data: { usedAt: new Date(), usedBy },
    select: { role: true },
  });
  return taken ? roleSchema.parse(taken.role) : null;
}

/** Gives a link back that no member came of. */
export async function giveInvitationBack({ prisma }: Database, secret: string, usedBy: string): Promise<void> {
  const where = { hash: hashOfSecret(secret), usedBy };
  await prisma.invitation.updateMany({ where, data: { usedAt: null, usedBy: null } });
}

/** A link for the first admin, where there is none who could sign in; those printed at earlier starts don't work any more. */
export function firstAdminLink({ prisma }: Database): Promise<string | null> {
  return prisma.$transaction(async (within) => {
    if (await hasAdmin(within)) return null;
    await within.invitation.deleteMany({ where: { createdBy: itself, usedAt: null } });
    return make(within, { role: "admin", createdBy: itself });
  });
}
