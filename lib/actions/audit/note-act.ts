import { z } from "zod";
import { appendEntry } from "@/lib/audit/entry-rows";
import { type Began, beginIntent, endIntent } from "@/lib/audit/intents";
import { isOperatorError } from "@/lib/operator-error";
import type { AuditEntry } from "@/lib/shapes/team/audit";
import type { Context } from "../verbs/context";
import { shownDetails } from "./shown-details";

/** What an entry is about. */
export type Act = {
  act: string;
  /** As it came over the border. */
  asked: unknown;
  /** What stood there before, where the verb says it. */
  before?: unknown;
  answer?: unknown;
  error?: unknown;
};

const named = z.object({ id: z.string().optional(), name: z.string().optional(), planId: z.string().optional() });
const answered = z.object({
  id: z.string().optional(),
  run: z.object({ id: z.string() }).nullish(),
  plan: z.object({ id: z.string() }).nullish(),
  schedule: z.object({ id: z.string() }).nullish(),
});
const hashRow = z.object({ hash: z.string() });

/** Puts into the audit trail what somebody did, or was refused; in place of the intent, where there is one. */
export async function noteAct(ctx: Context, act: Act, intent?: string): Promise<void> {
  const entry = { ...(await beganOf(ctx, act)), ...outcomeOf(act) };
  const { number, hash } = await (intent === undefined
    ? appendEntry(ctx.database, entry)
    : endIntent(ctx.database, intent, entry));
  // Kept in a second place: entries that were cut off at the end of the trail show in the log.
  const { subject } = entry;
  ctx.log.info(
    { audit: number, hash, act: act.act, who: ctx.actor, subject },
    `${ctx.actor}: ${act.act} ${subject}`.trimEnd(),
  );
}

/** Notes that somebody is about to do something: see `intents.ts`. */
export async function noteIntent(ctx: Context, act: Act): Promise<string> {
  return beginIntent(ctx.database, await beganOf(ctx, act));
}

async function beganOf(ctx: Context, act: Act): Promise<Began> {
  const asked = named.safeParse(act.asked).data;
  const made = answered.safeParse(act.answer).data;
  const subject =
    asked?.id ??
    asked?.planId ??
    made?.run?.id ??
    made?.plan?.id ??
    made?.schedule?.id ??
    asked?.name ??
    made?.id ??
    "";
  const { who } = ctx;
  return {
    who: ctx.actor,
    role: who?.role ?? "admin",
    by: who?.by ?? (ctx.actor.startsWith("cli:") ? "machine" : "process"),
    address: who?.address ?? "",
    act: act.act,
    subject: subject.slice(0, 200),
    planHash: await planHashOf(ctx, asked?.planId ?? asked?.id ?? ""),
    details: detailsOf(act),
  };
}

const kept = z.object({
  connection: z.unknown().optional(),
  route: z.unknown().optional(),
  schedule: z.unknown().optional(),
});
const withSettings = z.looseObject({ settings: z.record(z.string(), z.unknown()) });

/** Settings of connections may be secrets under any name: of what was given only the names are kept, the values stand masked in `after`. */
function detailsOf({ asked, before, answer }: Act): AuditEntry["details"] {
  const given = withSettings.safeParse(asked).data;
  const after = Object.values(kept.safeParse(answer).data ?? {}).find((value) => value !== undefined && value !== null);
  const parts = {
    asked: given ? { ...given, settings: Object.keys(given.settings) } : asked,
    ...(before === undefined || before === null ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
  return Object.fromEntries(
    Object.entries(parts).flatMap(([name, part]) => (part === undefined ? [] : [[name, shownDetails(part)]])),
  );
}

function outcomeOf({ error }: Act): Pick<AuditEntry, "outcome" | "code"> {
  if (error === undefined) return { outcome: "done", code: "" };
  if (!isOperatorError(error)) return { outcome: "failed", code: "unexpected" };
  return { outcome: error.kind === "failed" || error.kind === "interrupted" ? "failed" : "refused", code: error.code };
}

async function planHashOf({ database }: Context, id: string): Promise<string> {
  if (!id.startsWith("plan-")) return "";
  const [plan] = await database.rows(
    hashRow,
    `SELECT coalesce("approvedHash", "hash") AS hash FROM "Plan" WHERE "id" = $1`,
    [id],
  );
  return plan?.hash ?? "";
}
