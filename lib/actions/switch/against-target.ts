import { z } from "zod";
import { meeting, renamingOf, writtenAs } from "@/lib/routes/namespaces";
import { routeOf } from "@/lib/routes/route-now";
import type { GateDetail } from "@/lib/shapes/cut-over/gate";
import type { Warning } from "@/lib/shapes/runs/warning";
import { readCanaries } from "../canary/canary-rows";
import { readGate, readGates } from "../gate/gate-rows";
import { readNamespaces } from "../namespaces/inventory";
import type { Context } from "../verbs/context";
import { againstAgain } from "./against-again";
import { againstDifferences, ago, number } from "./against-differences";
import type { Ends } from "./backends";
import { lastDifferences, writingRun, writtenSince } from "./last-differences";
import type { SwitchRow } from "./switch-rows";

/** Of what was checked, records that may have been written since without another verdict. */
const overtaken = 0.05;

export type Known = { against: Warning[]; notes: string[]; gateId: string | null; planId: string | null };

/**
 * What stands against having applications ask the target: the last verdict has to be GO, recent, of the route as it is and of all its namespaces; the
 * last differences found and applied; nothing may be writing, and nothing may overwrite afterwards what applications write.
 */
export async function againstTarget(
  ctx: Context,
  { ends, now, last }: { ends: Ends; now: Date; last: SwitchRow | null },
  signal?: AbortSignal,
): Promise<Known> {
  const route = routeOf(ctx);
  const { verdictHours, differencesMinutes } = ctx.config.switching;
  const between = { source: ends.source.shape, target: ends.target.shape };
  const [held, plan, busy, schedules, [newest], [canary]] = await Promise.all([
    readNamespaces(ctx, "source", signal ? { signal } : {}),
    lastDifferences(ctx, between, route.name),
    writingRun(ctx, between),
    ctx.database.prisma.schedule.findMany({ where: { route: route.name }, select: { id: true } }),
    readGates(ctx, route.name, 1),
    readCanaries(ctx, route.name, 1),
  ]);
  const names = [...held].filter(([, { value }]) => value > 0).map(([name]) => name);
  const gate = newest ? await readGate(ctx, newest.id) : null;
  const against = [
    ...(await againstVerdict(ctx, { gate, ends, names, now, hours: verdictHours })),
    ...againstDifferences(plan, { held: names, now, minutes: differencesMinutes, along: route.name }),
    ...againstAgain(gate, plan, { last, canary }),
  ];
  const met = meeting(names, renamingOf(route.namespaces));
  if (met !== null)
    against.push({
      code: "namespaces-meet",
      words: `Namespaces of the source are one in the target, ${met.names
        .slice(0, 3)
        .map((name) => name || "__default__")
        .join(", ")}: an application that asks one of them gets records of the others, too.`,
    });
  if (busy !== null)
    against.push({ code: "run-under-way", words: `${busy} is writing to the target: wait for it, or cancel it.` });
  for (const { id } of schedules)
    against.push({
      code: "schedule-overwrites",
      words: `The schedule ${id} goes on mirroring into the target, over what the application changes there: remove it (portage schedule remove ${id}).`,
    });
  const notes = gate?.verdict === "GO" ? notesOf(gate) : [];
  if (plan && plan.problems > 0)
    notes.push(`${number(plan.problems)} records of the source can't be migrated, as ${plan.id} says.`);
  return { against, notes, gateId: gate?.id ?? null, planId: plan?.id ?? null };
}

const endsSchema = z.object({
  source: z.object({ connection: z.string(), index: z.string(), account: z.string().optional() }),
  target: z.object({ connection: z.string(), index: z.string(), account: z.string().optional() }),
  model: z.string().nullable().optional(),
});

type Checked = { gate: GateDetail | null; ends: Ends; names: readonly string[]; now: Date; hours: number };

async function againstVerdict(ctx: Context, { gate, ends, names, now, hours }: Checked): Promise<Warning[]> {
  const route = routeOf(ctx);
  const again = `run \`portage gate ${route.name}\``;
  if (gate === null) return [{ code: "no-verdict", words: `There is no verdict on the route: ${again}.` }];
  if (gate.verdict !== "GO") {
    const why = gate.state === "ended" ? gate.words : "It was not finished.";
    return [{ code: "verdict-not-go", words: `The last verdict, ${gate.id}, is ${gate.verdict}: ${why}` }];
  }
  const against: Warning[] = [];
  const say = (code: string, words: string) => void against.push({ code, words });
  const age = Math.round((now.getTime() - Date.parse(gate.endedAt ?? gate.startedAt)) / 60_000);
  if (age > hours * 60)
    say(
      "verdict-old",
      `The verdict ${gate.id} is ${ago(age)} old, and at most ${number(hours)} hours are allowed: ${again}.`,
    );
  if (!(await sameEnds(ctx, gate, ends)))
    say("verdict-of-another", `The verdict ${gate.id} is on the route as it was before it was changed: ${again}.`);
  const checked = gate.settings.namespaces;
  const left = checked === null ? [] : names.filter((name) => !(checked ?? []).includes(name));
  if (left.length > 0)
    say(
      "verdict-in-part",
      `The verdict ${gate.id} leaves out ${left.length === 1 ? "a namespace" : `${number(left.length)} namespaces`}, such as ${left[0] || "__default__"}: ${again} over all of them.`,
    );
  const between = { source: ends.source.shape, target: ends.target.shape };
  const written = await writtenSince(ctx, between, gate.startedAt);
  const of = gate.result?.data.target ?? 0;
  if (written > of * overtaken)
    say(
      "verdict-overtaken",
      `${number(written)} records were written to the target since the verdict ${gate.id}, which is on ${number(of)}: ${again}.`,
    );
  return against;
}

/** Whether the verdict is on what the route leads between now, by the model that it names now. */
export async function sameEnds(ctx: Context, gate: GateDetail, ends: Ends): Promise<boolean> {
  const route = routeOf(ctx);
  if (gate.route.revision !== route.revision) return false;
  const row = await ctx.database.prisma.gate.findUnique({ where: { id: gate.id }, select: { ends: true } });
  const checked = endsSchema.safeParse(row?.ends).data;
  if (!checked) return false;
  const same = (side: "source" | "target") => {
    const { connection, index, account } = checked[side];
    const now = route[side];
    return (
      connection === now.connection &&
      index === now.index &&
      (account ?? ends[side].shape.account) === ends[side].shape.account
    );
  };
  const model = checked.model === undefined || checked.model === (route.embedder?.model ?? null);
  return same("source") && same("target") && model;
}

/** What a reader of GO should know besides: by how much less it was satisfied than it is by default. */
function notesOf({ id, settings: { threshold, margin } }: GateDetail): string[] {
  const usual = { threshold: 0.9, margin: 0.02 };
  return [
    ...(threshold < usual.threshold
      ? [`The verdict ${id} was given for a threshold of ${threshold}, below the usual ${usual.threshold}.`]
      : []),
    ...(margin > usual.margin
      ? [`The verdict ${id} lets retrieval be worse by ${margin}; the usual margin is ${usual.margin}.`]
      : []),
  ];
}

/** A namespace of the source as the target calls it. */
export const renamedBy = (ctx: Context) => {
  const rule = renamingOf(routeOf(ctx).namespaces);
  return (source: string) => writtenAs(source, rule);
};
