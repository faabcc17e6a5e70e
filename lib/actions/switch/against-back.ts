import { routeOf } from "@/lib/routes/route-now";
import type { Loss } from "@/lib/shapes/cut-over/switch";
import type { Warning } from "@/lib/shapes/runs/warning";
import { readNamespaces } from "../namespaces/inventory";
import type { Context } from "../verbs/context";
import { againstDifferences, number } from "./against-differences";
import type { Ends } from "./backends";
import { countLoss } from "./count-loss";
import { lastDifferences, writingRun } from "./last-differences";
import type { SwitchRow } from "./switch-rows";
import { wayBackOf } from "./way-back";

export type KnownBack = { against: Warning[]; notes: string[]; lost: Loss | null };

/**
 * What stands against having applications ask the source again: records that were written to the target since and aren't there. A route back that was
 * followed lately answers that; else they are counted.
 * @param count whether to count; a way back with a reason doesn't wait for it
 */
export async function againstBack(
  ctx: Context,
  { ends, last, now, count }: { ends: Ends; last: SwitchRow | null; now: Date; count: boolean },
  signal?: AbortSignal,
): Promise<KnownBack> {
  const { name } = routeOf(ctx);
  const between = { source: ends.target.shape, target: ends.source.shape };
  const back = await wayBackOf(ctx, name);
  const [plan, busy] = await Promise.all([lastDifferences(ctx, between, back.route), writingRun(ctx, between)]);
  const against: Warning[] = [];
  if (busy !== null)
    against.push({ code: "run-under-way", words: `${busy} is writing to the source: wait for it, or cancel it.` });
  const held = [...(await readNamespaces(ctx, "target"))].filter(([, { value }]) => value > 0).map(([one]) => one);
  const minutes = ctx.config.switching.differencesMinutes;
  const mirrored = againstDifferences(plan, { held, now, minutes, along: back.route ?? `${name}-back` });
  const since = last?.endedAt ?? null;
  const current = plan !== null && (since === null || plan.readyAt.toISOString() > since);
  if (mirrored.length === 0 && current)
    return { against, notes: [`${plan.id} brought the source up to what the target holds.`], lost: null };
  if (!count) return { against: [...against, ...uncounted], notes: [], lost: null };
  const { lost, unreadable } = await countLoss(ctx, ends, last?.gateId ?? null, signal);
  const remedy =
    back.route !== null
      ? `: bring them over with \`portage mirror run --all --route ${back.route}\`.`
      : back.offer !== null
        ? `: keep a route back (${back.offer.command}) and mirror along it.`
        : `. ${back.why ?? "See the page Move."}`;
  if (lost.added + lost.changed > 0)
    against.push({
      code: "would-be-lost",
      words: `The application would lose sight of ${lossWords(lost)}${remedy}`,
    });
  if (unreadable > 0)
    against.push({
      code: "loss-not-counted",
      words: `${number(unreadable)} ${unreadable === 1 ? "record" : "records"} could not be read: whether going back would lose them isn't known.`,
    });
  return { against, notes: absentNotes(lost), lost };
}

function lossWords({ added, changed }: Loss): string {
  const records = (count: number) => `${number(count)} ${count === 1 ? "record" : "records"}`;
  const parts = [
    added > 0 && `${records(added)} that only the target has`,
    changed > 0 && `${records(changed)} that the target has otherwise`,
  ];
  return parts.filter((part) => part !== false).join(" and of ");
}

const uncounted: Warning[] = [
  {
    code: "loss-not-counted",
    words: "What was written to the target since, and isn't in the source, was not counted. It stays in the target.",
  },
];

const absentNotes = ({ absent }: Loss): string[] =>
  absent === 0 ? [] : [`${number(absent)} ${absent === 1 ? "record stands" : "records stand"} in the source only.`];
