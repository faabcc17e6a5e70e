import { z } from "zod";
import { type RunSignal, watchRun } from "@/lib/actions/runs/watch-run";
import type { Context } from "@/lib/actions/verbs/context";
import { forOperators } from "@/lib/actions/verbs/unexpected";
import { answering } from "../../../../answers";
import { streamChunks } from "../../../../streams";

export const runtime = "nodejs";
export const dynamic = "force-dynamic";

/** A browser that lost the stream asks again after this. Milliseconds. */
const retry = 2000;
const position = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

function text(signal: RunSignal): string {
  if (signal.event === "beat") return ": beat\n\n";
  const id = signal.event === "log" ? `id: ${signal.data.id}\n` : "";
  return `${id}event: ${signal.event}\ndata: ${JSON.stringify(signal.data)}\n\n`;
}

async function* events(
  ctx: Context,
  first: IteratorResult<RunSignal>,
  rest: AsyncIterator<RunSignal>,
): AsyncGenerator<string> {
  try {
    yield `retry: ${retry}\n\n`;
    for (let next = first; !next.done; next = await rest.next()) yield text(next.value);
  } catch (error) {
    // The stream ends and the browser asks again; the log holds why.
    forOperators(error, ctx.log);
  } finally {
    await rest.return?.();
  }
}

/**
 * Server-sent events of a run. `run` at once and after changes (at most four a second), `sample`, `log` (with its ID, so that
 * Last-Event-ID continues the log without a gap), comments as heartbeats, `end` when the run is over.
 */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answering(request, async (ctx) => {
    const { id } = await params;
    const asked = request.headers.get("last-event-id") ?? new URL(request.url).searchParams.get("after") ?? "";
    const after = position.safeParse(asked);
    const stopping = new AbortController();
    const signal = AbortSignal.any([request.signal, stopping.signal]);
    const watching = watchRun(ctx, { id, ...(after.success ? { afterEvent: after.data } : {}) }, signal);
    const first = await watching.next();
    const chunks = events(ctx, first, watching);
    const headers = {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    };
    return streamChunks(chunks, headers, () => stopping.abort());
  });
}
