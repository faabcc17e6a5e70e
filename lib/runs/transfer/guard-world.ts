import { z } from "zod";
import { ServiceFailure } from "@/lib/failures";
import type { Capacity } from "@/lib/plan/classify-change";
import { routeOf } from "@/lib/routes/route-now";
import { type RunSettings, runSettingsSchema } from "@/lib/shapes/runs/run";
import type { IndexShape } from "@/lib/stores/contract";
import type { Work } from "../compare/work";
import { writeEvent } from "../lifecycle/events";
import { LeftToOthers } from "../lifecycle/interruptions";
import type { EngineParts } from "../lifecycle/parts";
import { type Ends, settingsFor } from "../lifecycle/settings";
import { endOf, movedWords, movedWorld, routeMoved } from "../lifecycle/world";
import { allowancesOf } from "../pacing/allowances";

/** Namespaces of a run follow each other: so long, one look at the indexes is good for all of them. Milliseconds. */
const goodForMs = 5000;
/** Another worker that gave a sign of life within this is there. Seconds. */
const seenSeconds = 15;

type Look = { ends: Ends; sparse: boolean };
/** A segment's work before the indexes were looked at. */
export type Taken = Omit<Work, "capacity" | "targetMissing">;
type Looked = Look & { at: number; source: EngineParts["source"] };
/** By the target store that was asked, and both indexes. */
const looked = new WeakMap<EngineParts["target"], Map<string, Looked>>();

/** What this process would work with now, as far as it has looked. */
export function worldOf(parts: EngineParts): RunSettings {
  const { source, target } = routeOf(parts);
  return settingsFor(parts, {}, lookedAt(parts, source.index, target.index)?.ends);
}

function lookedAt({ source, target }: EngineParts, from: string, to: string): Looked | undefined {
  const found = looked.get(target)?.get(JSON.stringify([from, to]));
  return found?.source === source ? found : undefined;
}

/**
 * Compares what the run was made for with what is open here: to be called each time that a segment is taken, before anything is read for it.
 * A run that doesn't know its indexes yet gets them noted. Answers the work with what is known now.
 * @throws OperatorError `route-moved`
 * @throws LeftToOthers when another worker is there that has what the run was made for
 */
export async function guardWorld(taken: Taken): Promise<Work> {
  const { parts, held } = taken;
  // What the configuration says already isn't asked for: the index of another name need not even exist.
  await refuse(taken, settingsFor(parts));
  const { ends, sparse } = await look(taken);
  const refuses = await refusalOf(taken, ends);
  const targetMissing = ends.target === null;
  const work: Work = {
    ...taken,
    // Of an index that would be made, a store that can say so says itself whether it takes sparse values.
    capacity: { ...parts.target.can, sparse: sparse || (targetMissing && refuses !== undefined), refuses },
    targetMissing,
  };
  await refuse(work, settingsFor(parts, {}, ends));
  if (held.settings.source.account !== undefined && held.settings.target.account !== undefined) return work;
  const settings = await noteEnds(work, ends);
  const noted = { ...work, held: { ...held, settings }, allowances: allowancesOf(parts, settings) };
  // Two workers may have looked at once, each at its own.
  await refuse(noted, settingsFor(parts, {}, ends));
  return noted;
}

/** What the target's index says that it can't take, as it stands or as it would be made. */
async function refusalOf({ parts: { target }, held, places }: Taken, ends: Ends): Promise<Capacity["refuses"]> {
  if (!target.refusalOf) return undefined;
  const { index: name } = places.target;
  const { dimension } = held.settings.embedder;
  const made = ends.target === null ? { name, dimension, metric: "cosine" as const } : null;
  return (await target.refusalOf(name, made)) ?? undefined;
}

const settingsRow = z.object({ settings: runSettingsSchema });

/** Notes the indexes of a run that was made without them; answers its settings as they stand then. */
async function noteEnds({ parts, held }: Pick<Work, "parts" | "held">, ends: Ends): Promise<RunSettings> {
  const { source, target, embedder } = held.settings;
  const { address } = settingsFor(parts).embedder;
  const settings: RunSettings = {
    ...held.settings,
    source: source.account === undefined && ends.source ? { ...source, ...ends.source } : source,
    target: target.account === undefined && ends.target ? { ...target, ...ends.target } : target,
    embedder: { ...embedder, address: embedder.address ?? address },
  };
  const unknown = `("settings" #> '{source,account}' IS NULL OR "settings" #> '{target,account}' IS NULL)`;
  await parts.database.run(
    `WITH noted AS (UPDATE "Run" SET "settings" = $2::jsonb WHERE "id" = $1 AND ${unknown} RETURNING "id")
     UPDATE "Plan" SET "settings" = $2::jsonb FROM noted WHERE "Plan"."id" = $3 AND "state" IN ('planning', 'failed')`,
    [held.runId, JSON.stringify(settings), held.planId],
  );
  const [row] = await parts.database.rows(settingsRow, `SELECT "settings" FROM "Run" WHERE "id" = $1`, [held.runId]);
  return row?.settings ?? settings;
}

/** Both indexes as they are. */
async function look({ parts, opened, calls, places }: Taken): Promise<Look> {
  const before = lookedAt(opened, places.source.index, places.target.index);
  // One that was missing may have been made since, by the very run that was planned then.
  if (before?.ends.target && Date.now() - before.at < goodForMs) return before;
  const [source, target] = await Promise.all([
    calls.make([], (signal) => parts.source.inspect(places.source.index, { signal, counts: false })),
    calls.make([], (signal) => parts.target.inspect(places.target.index, { signal, counts: false })),
  ]);
  refuseUnfit(parts.source.service, source);
  refuseUnfit(parts.target.service, target);
  const ends = { source: source && endOf(source), target: target && endOf(target) };
  const found = { ends, sparse: target?.sparse ?? source?.sparse ?? false };
  const known = looked.get(opened.target) ?? new Map<string, Looked>();
  looked.set(opened.target, known);
  known.set(JSON.stringify([places.source.index, places.target.index]), {
    at: Date.now(),
    source: opened.source,
    ...found,
  });
  return found;
}

/** Another kind of index may stand under the name by now, that this connection doesn't serve. @throws ServiceFailure `conflict` */
function refuseUnfit(service: string, shape: IndexShape | null): void {
  if (!shape?.unfit) return;
  const { words: message, next } = shape.unfit;
  throw new ServiceFailure({ code: "conflict", service, operation: "inspect", message, next });
}

async function refuse(work: Taken, now: RunSettings): Promise<void> {
  const { runId, settings } = work.held;
  const moved = movedWorld(settings, now);
  if (moved.length === 0) return;
  const words = movedWords(moved);
  if (!(await othersFit(work))) throw routeMoved(runId, words);
  await sayOnce(work, `This worker leaves the run to others: it was made for ${words} here.`);
  throw new LeftToOthers();
}

const beatSchema = z.object({ world: runSettingsSchema.nullable() });

/** Whether a worker that is there works with what the run was made for. */
async function othersFit({ parts, held }: Pick<Work, "parts" | "held">): Promise<boolean> {
  // The embedded database belongs to one process.
  if (parts.database.kind === "embedded") return false;
  const beats = await parts.database.rows(
    beatSchema,
    `SELECT "world" FROM "WorkerBeat" WHERE "id" <> $1 AND "seenAt" > clock_timestamp() - ${seenSeconds} * interval '1 second'`,
    [parts.workerName],
  );
  return beats.some(({ world }) => world !== null && movedWorld(held.settings, world).length === 0);
}

async function sayOnce({ parts, held }: Pick<Work, "parts" | "held">, message: string): Promise<void> {
  const code = "left-to-others";
  const actor = parts.workerName;
  // A worker takes several segments at once: they say it one after the other.
  await parts.database.transaction(async (sql) => {
    await sql.run(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`${code} ${held.runId} ${actor}`]);
    const said = await sql.rows(
      z.object({ id: z.coerce.string() }),
      `SELECT "id" FROM "Event" WHERE "runId" = $1 AND "actor" = $2 AND "code" = $3 AND "message" = $4 LIMIT 1`,
      [held.runId, actor, code, message],
    );
    if (said.length > 0) return;
    await writeEvent(sql, { runId: held.runId, level: "warn", channel: "timeline", actor, code, message });
  });
}
