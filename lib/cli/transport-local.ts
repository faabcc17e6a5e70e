import { z } from "zod";
import { watchRun } from "@/lib/actions/runs/watch-run";
import { callVerb, openDownload } from "@/lib/actions/verbs/call-verb";
import type { Context } from "@/lib/actions/verbs/context";
import { forOperators } from "@/lib/actions/verbs/unexpected";
import type { Begun } from "@/lib/runtime/begin";
import { openRuntime } from "@/lib/runtime/open";
import { commandLineActor } from "./actor";
import { beginHere, ownFolder } from "./begin-here";
import type { Transport, TransportOptions, Watched } from "./transport";

/**
 * Calls the verbs of this process.
 * @param failed settles when a part of the process dies by itself: whoever waits then is told
 */
export function transportOver(
  context: Context,
  { elsewhere, failed, close }: { elsewhere: boolean; failed: Promise<Error>; close(): Promise<void> },
): Transport {
  const died = failed.then((error) => {
    throw error;
  });
  // Noticed by whoever waits at the time; nobody may be.
  died.catch(() => {});
  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw forOperators(error, context.log);
    }
  };
  return {
    elsewhere,
    call: (verb, input, signal) =>
      explained(() => Promise.race([callVerb(verb, context, input, signal ? { signal } : {}), died])),
    async *download(download, input) {
      const { chunks } = await explained(() => Promise.race([openDownload(download, context, input), died]));
      try {
        yield* chunks;
      } catch (error) {
        throw forOperators(error, context.log);
      }
    },
    async *watch(runId, signal): AsyncGenerator<Watched> {
      const stopping = new AbortController();
      died.catch(() => stopping.abort());
      const watching = watchRun(context, { id: runId }, AbortSignal.any([signal, stopping.signal]));
      const next = () => explained(() => watching.next());
      try {
        for (let heard = await next(); !heard.done; heard = await next()) {
          if (heard.value.event !== "beat") yield heard.value;
        }
        if (stopping.signal.aborted) await explained(() => died);
      } finally {
        await watching.return(undefined);
      }
    },
    close,
  };
}

/** Other workers than this process that gave a sign of life lately. */
async function otherWorkers({ database }: Context): Promise<number> {
  const [row] = await database.rows(
    z.object({ count: z.coerce.number() }),
    `SELECT count(*)::float8 AS count FROM "WorkerBeat" WHERE "seenAt" > now() - interval '30 seconds' AND "pid" <> $1`,
    [process.pid],
  );
  return row?.count ?? 0;
}

/**
 * Opens everything in this process.
 * @param ahead what was begun before, for the same options
 */
export async function openLocalTransport(options: TransportOptions, ahead: Begun | null): Promise<Transport> {
  const engine = options.works ? "thread" : "none";
  // What an operator must know of comes as events of the run and as errors; the rest stands in the log's file.
  const runtime = await openRuntime({
    begun: ahead ?? beginHere(options),
    engine,
    schedules: false,
    actor: commandLineActor(),
    show: "none",
    overrides: ownFolder(),
  });
  const { context } = runtime;
  try {
    const elsewhere = context.database.kind === "server" && (await otherWorkers(context)) > 0;
    return transportOver(context, { elsewhere, failed: runtime.failed, close: () => runtime.close() });
  } catch (error) {
    await runtime.close();
    throw forOperators(error, context.log);
  }
}
