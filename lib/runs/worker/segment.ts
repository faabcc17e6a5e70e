import type PQueue from "p-queue";
import { codeShown, operationWords, type ServiceFailure } from "@/lib/failures";
import { writtenAs } from "@/lib/routes/namespaces";
import { isClearance, type RunSettings, type Verdict } from "@/lib/shapes/runs/run";
import { workOnClearance } from "../clearance/segment";
import { analysisOf } from "../compare/analyse";
import { scan } from "../compare/scan";
import { TextKeySample } from "../compare/text-key-sample";
import type { SegmentWork, Work } from "../compare/work";
import { writeEvent } from "../lifecycle/events";
import { type Claimed, fence } from "../lifecycle/lease";
import { Ledger } from "../lifecycle/ledger";
import type { EngineParts } from "../lifecycle/parts";
import { partsFor } from "../lifecycle/parts-for";
import { settleRun } from "../lifecycle/settle-run";
import { WaitBoard } from "../lifecycle/wait-board";
import { allowancesOf } from "../pacing/allowances";
import { Calls, type CallsOptions } from "../pacing/calls";
import { Door } from "../pacing/door";
import { Meter } from "../pacing/meter";
import type { Quotas } from "../pacing/quota";
import { EgressCount } from "../transfer/count-egress";
import { finishTarget } from "../transfer/finish-target";
import { guardModels, noteReplaced } from "../transfer/guard-models";
import { guardWorld, type Taken } from "../transfer/guard-world";
import { guardWritten } from "../transfer/guard-written";
import { leaveSegment } from "../transfer/leave-segment";
import { mirror } from "../transfer/mirror";
import { noteEnd } from "../transfer/note-end";
import { reembed } from "../transfer/reembed";
import { letGo } from "../transfer/reserve";
import { verify } from "../verify/verify";
import { verifyWritten } from "../verify/verify-written";

export type SegmentSignals = {
  drain: AbortSignal;
  abort: AbortSignal;
  /** Asks for the drain: no more is begun. */
  stop: () => void;
};

/** Works on a leased segment until it ends, is asked to stop, or has to wait for long; leaves its row saying which. */
export async function runSegment(
  parts: EngineParts,
  held: Claimed,
  quotas: Quotas,
  slots: PQueue,
  signals: SegmentSignals,
): Promise<void> {
  const board = new WaitBoard(parts.database, held, tellerOf(parts, held));
  await letGo(parts.database, held);
  let work = openWork(parts, held, quotas, slots, signals, board);
  try {
    work = openWork(await partsFor(parts, held.settings), held, quotas, slots, signals, board);
    await parts.database.transaction((sql) => settleRun(sql, held.runId, false));
    const verdict = await execute(work, signals);
    await board.close();
    await noteMetered(work);
    await end(work, verdict);
  } catch (error) {
    await board.close();
    await noteMetered(work).catch(() => {});
    await leaveSegment(work, error);
  }
}

function execute(work: SegmentWork, { abort }: SegmentSignals): Promise<Verdict | null> {
  const { held, parts } = work;
  const { settings } = held;
  if (isClearance(settings)) {
    return workOnClearance({ ...work, held: { ...held, settings }, abort });
  }
  return workOn({
    ...work,
    held: { ...held, settings },
    places: {
      source: { index: settings.source.index, namespace: held.namespace },
      target: { index: settings.target.index, namespace: writtenAs(held.namespace, settings.namespaces) },
    },
    allowances: allowancesOf(parts, settings),
    doors: doorsOf(parts, settings),
    textKeys: new TextKeySample(),
    receipts: [],
    listings: {},
  });
}

function doorsOf({ source, target, embedder }: EngineParts, settings: RunSettings): Work["doors"] {
  return {
    embed: new Door({ service: embedder.service, what: `every text for ${settings.embedder.model}` }),
    write: new Door({ service: target.service, what: `every write to ${settings.target.index}` }),
    source: new Door({ service: source.service, what: `every read of ${settings.source.index}` }),
    target: new Door({ service: target.service, what: `every read of ${settings.target.index}` }),
  };
}

async function workOn(taken: Taken): Promise<Verdict | null> {
  const work = await guardWorld(taken);
  await guardWritten(work);
  await guardModels(work);
  if (work.held.kind === "plan") {
    const { analyse, onPage } = analysisOf(work);
    await scan(work, analyse, () => {}, onPage);
    return null;
  }
  if (work.held.kind === "reembed") {
    await reembed(work);
    await finishTarget(work);
  }
  if (work.held.kind === "mirror") {
    await mirror(work);
    await finishTarget(work);
    await noteReplaced(work);
    return verifyWritten(work);
  }
  return verify(work);
}

/** Writes lines of the segment's log. */
function tellerOf(parts: EngineParts, held: Claimed): SegmentWork["tell"] {
  return (level, code, message) =>
    writeEvent(parts.database, {
      runId: held.runId,
      namespace: held.namespace,
      level,
      channel: "log",
      actor: parts.workerName,
      code,
      message,
    });
}

function openWork(
  parts: EngineParts,
  held: Claimed,
  quotas: Quotas,
  slots: PQueue,
  signals: SegmentSignals,
  board: WaitBoard,
): SegmentWork {
  const tell = tellerOf(parts, held);
  const onTrouble = (failure: ServiceFailure, attempt: number, pauseMs: number | null) => {
    const next = pauseMs === null ? "next in parts" : `next in ${(pauseMs / 1000).toFixed(1)} s`;
    board.note(
      codeShown(failure.code),
      `${failure.service} ${operationWords(failure)}: ${failure.message} (attempt ${attempt}, ${next})`,
    );
  };
  const options: CallsOptions = {
    quotas,
    drain: signals.drain,
    abort: signals.abort,
    onWait: (wait) => board.show(wait),
    onTrouble,
  };
  const counted = new EgressCount(parts.database, held, signals.stop);
  const dimension = "embedder" in held.settings ? held.settings.embedder.dimension : 0;
  const meter = new Meter(parts.config.prices, dimension, (egress) => counted.add(egress));
  return {
    parts: meter.over(parts),
    opened: parts,
    held,
    meter,
    egressNoted: () => counted.noted(),
    calls: new Calls(options),
    finishing: new Calls({ ...options, drain: signals.abort }),
    ledger: new Ledger(parts.database, held, parts.config.prices.perMillionTokens, meter, signals.stop),
    drain: signals.drain,
    slots,
    tell,
    onWait: (wait) => board.show(wait),
  };
}

/** What was asked of the services since the ledger noted it last: listings, and the read-back check. Egress is noted as it comes. */
async function noteMetered({ held, meter, parts, egressNoted }: SegmentWork): Promise<void> {
  await egressNoted();
  const { lists, fetches, targetLists, targetFetches, embeds, upserts, readUsd, writeUsd } = meter.take();
  await parts.database.transaction(async (sql) => {
    await fence(
      sql,
      held,
      `"lists" = "lists" + $4, "fetches" = "fetches" + $5, "embeds" = "embeds" + $6, "upserts" = "upserts" + $7,
       "readUsd" = "readUsd" + $8, "writeUsd" = "writeUsd" + $9, "targetLists" = "targetLists" + $10, "targetFetches" = "targetFetches" + $11`,
      [lists, fetches, embeds, upserts, readUsd, writeUsd, targetLists, targetFetches],
    );
    await sql.run(`UPDATE "Ceiling" SET "usd" = "usd" + $2 WHERE "runId" = $1`, [held.runId, readUsd]);
  });
}

async function end(work: SegmentWork, verdict: Verdict | null): Promise<void> {
  const { held } = work;
  await work.parts.database.transaction(async (sql) => {
    await fence(
      sql,
      held,
      `"state" = 'done', "verdict" = $4::jsonb, "leaseUntil" = NULL, "waitingFor" = NULL, "endedAt" = clock_timestamp()`,
      [verdict ? JSON.stringify(verdict) : null],
    );
    if (held.kind === "verify" && verdict) {
      await fence(sql, held, `"short" = $4`, [verdict.short?.length ?? 0]);
      const failed = verdict.missing + verdict.sampleMismatches;
      const unchanged = verdict.source.count - verdict.explainedMissing - failed;
      await fence(
        sql,
        held,
        `"listed" = true, "total" = $4, "unchanged" = $5, "skipped" = $6, "failed" = $7, "orphans" = $8`,
        [verdict.source.count, unchanged, verdict.explainedMissing, failed, verdict.orphans],
      );
    }
    await noteEnd(sql, work);
    if (verdict)
      await writeEvent(sql, {
        runId: held.runId,
        namespace: held.namespace,
        level: verdict.ok ? "info" : "warn",
        channel: "log",
        actor: work.parts.workerName,
        code: verdict.word ?? "read-back",
        message: verdict.words,
      });
  });
}
