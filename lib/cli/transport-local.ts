import { z } from "zod";
import { parseInput } from "@/lib/actions/parse-input";
import { forOperators } from "@/lib/actions/unexpected";
import { watchRun } from "@/lib/actions/watch-run";
import { openRuntime } from "@/lib/runtime/open";
import { commandLineActor } from "./actor";
import type { Transport, TransportOptions, Watched } from "./transport";

/** Opens everything in this process and calls the verbs directly. */
export async function openLocalTransport(options: TransportOptions): Promise<Transport> {
  const runtime = await openRuntime({ engine: options.works ? "thread" : "none", actor: commandLineActor() });
  const { context } = runtime;
  const died = runtime.failed.then((error) => {
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
  const [others] = await explained(() =>
    context.database.rows(
      z.object({ count: z.coerce.number() }),
      `SELECT count(*)::float8 AS count FROM "WorkerBeat" WHERE "seenAt" > now() - interval '30 seconds'`,
    ),
  );
  return {
    elsewhere: context.database.kind === "server" && (others?.count ?? 0) > (options.works ? 1 : 0),
    call: (verb, input, signal) =>
      explained(() => Promise.race([verb.run(context, parseInput(verb.input, input), signal ? { signal } : {}), died])),
    async *watch(runId, signal): AsyncGenerator<Watched> {
      const stopping = new AbortController();
      died.catch(() => stopping.abort());
      const watching = watchRun(context, { id: runId }, AbortSignal.any([signal, stopping.signal]));
      try {
        for (
          let next = await explained(() => watching.next());
          !next.done;
          next = await explained(() => watching.next())
        ) {
          if (next.value.event !== "beat") yield next.value;
        }
        if (stopping.signal.aborted) await explained(() => died);
      } finally {
        await watching.return(undefined);
      }
    },
    close: () => runtime.close(),
  };
}
