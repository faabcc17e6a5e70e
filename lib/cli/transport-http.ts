import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { AnyDownload, Verb } from "@/lib/actions/verbs/verb";
import { OperatorError, type OperatorErrorKind } from "@/lib/operator-error";
import type { Secret } from "@/lib/secret";
import { problemSchema, runEventSchema, runSchema, sampleSchema } from "@/lib/shapes/runs/run";
import { commandLineActor } from "./actor";
import { readEvents, type ServerSentEvent } from "./event-stream";
import type { Transport, Watched } from "./transport";

/** How long a watched server may be gone before that is reported: it may be starting again. Milliseconds. */
const gonePatience = 60_000;
const gonePause = 1000;

function kindOf(status: number): OperatorErrorKind {
  if (status === 404) return "not-found";
  if (status === 401 || status === 403) return "forbidden";
  if (status === 409) return "refused";
  if (status === 499) return "interrupted";
  return status >= 400 && status < 500 ? "usage" : "failed";
}

function unreachable(url: string, cause: unknown): OperatorError {
  return new OperatorError({
    kind: "failed",
    code: "server-unreachable",
    what: `The Portage server at ${url} doesn't answer.`,
    notLost: "What was written is kept; runs go on when the server does.",
    next: "See whether it still runs, start it again with `portage serve` if not, and try again.",
    cause,
  });
}

async function refusal(response: Response, url: string): Promise<OperatorError> {
  const problem = problemSchema.safeParse(await response.json().catch(() => null));
  if (response.status === 414 || response.status === 431)
    return new OperatorError({
      kind: "usage",
      code: "invalid-input",
      what: "What was asked is longer than an address can be.",
      notLost: "Nothing was started and nothing was changed.",
      next: "Give shorter values.",
    });
  if (!problem.success) return unreachable(url, new Error(`HTTP ${response.status}`));
  return new OperatorError({ kind: kindOf(response.status), ...problem.data });
}

function queryOf(fields: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(fields)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) query.append(key, String(item));
    }
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** What an address can't tell from a step in its path would reach another verb, or none. */
function segmentOf(value: string): string {
  if (!["", ".", ".."].includes(value)) return encodeURIComponent(value);
  throw new OperatorError({
    kind: "usage",
    code: "invalid-name",
    what: `Nothing can be called ${JSON.stringify(value)}.`,
    notLost: "Nothing was started and nothing was changed.",
    next: "Give the name or ID as a list shows it.",
  });
}

/** A verb's input as path, query and body. */
export function requestFor(verb: { path: string; method: "GET" | "POST" }, input: unknown) {
  const fields: Record<string, unknown> = { ...z.record(z.string(), z.unknown()).parse(input) };
  const path = verb.path.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = fields[name];
    delete fields[name];
    return segmentOf(String(value));
  });
  return verb.method === "GET"
    ? { path: `${path}${queryOf(fields)}`, body: null }
    : { path, body: JSON.stringify(fields) };
}

function signalOf(event: ServerSentEvent): Watched | null {
  const data: unknown = JSON.parse(event.data);
  if (event.event === "run" || event.event === "end") return { event: event.event, data: runSchema.parse(data) };
  if (event.event === "sample") return { event: "sample", data: sampleSchema.parse(data) };
  if (event.event === "log") return { event: "log", data: runEventSchema.parse(data) };
  return null;
}

/**
 * Talks to the server that has the data directory.
 * @param where asks again where the server is: after a restart it may be elsewhere
 */
export function openHttpTransport(
  url: string,
  where: () => Promise<string | null>,
  token: Secret | null = null,
): Transport {
  const headers = {
    "x-portage-actor": commandLineActor(),
    ...(token === null ? {} : { authorization: `Bearer ${token.reveal()}` }),
  };

  async function call<Input, Raw, Answer>(
    verb: Verb<Input, Raw, Answer>,
    input: Raw,
    signal?: AbortSignal,
  ): Promise<Answer> {
    const { path, body } = requestFor(verb, input);
    const response = await fetch(`${url}/api/v1${path}`, {
      method: verb.method,
      headers: { ...headers, ...(body === null ? {} : { "content-type": "application/json" }) },
      body,
      signal: signal ?? null,
    }).catch((error: unknown) => {
      throw signal?.aborted ? error : unreachable(url, error);
    });
    if (!response.ok) throw await refusal(response, url);
    return verb.output.parse(await response.json());
  }

  async function* download(of: AnyDownload, input: object): AsyncGenerator<string> {
    const { path } = requestFor({ path: of.path, method: "GET" }, input);
    const response = await fetch(`${url}/api/v1${path}`, { headers }).catch((error: unknown) => {
      throw unreachable(url, error);
    });
    if (!response.ok) throw await refusal(response, url);
    const decoder = new TextDecoder();
    try {
      const reader = response.body?.getReader();
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
        yield decoder.decode(part.value, { stream: true });
    } catch (error) {
      throw unreachable(url, error);
    }
    yield decoder.decode();
  }

  async function* once(base: string, runId: string, after: string | null, signal: AbortSignal) {
    const response = await fetch(`${base}/api/v1/runs/${encodeURIComponent(runId)}/events`, {
      headers: { ...headers, accept: "text/event-stream", ...(after === null ? {} : { "last-event-id": after }) },
      signal,
    });
    if (!response.ok) throw await refusal(response, base);
    if (response.body) yield* readEvents(response.body);
  }

  return {
    elsewhere: true,
    call,
    download,
    async *watch(runId, signal): AsyncGenerator<Watched> {
      let base = url;
      let after: string | null = null;
      let goneAt: number | null = null;
      while (!signal.aborted) {
        try {
          for await (const event of once(base, runId, after, signal)) {
            goneAt = null;
            after = event.id ?? after;
            const heard = signalOf(event);
            if (heard) yield heard;
            if (heard?.event === "end") return;
          }
        } catch (error) {
          if (signal.aborted) return;
          if (error instanceof OperatorError || error instanceof z.ZodError) throw error;
          goneAt ??= Date.now();
          if (Date.now() - goneAt > gonePatience) throw unreachable(base, error);
        }
        await pause(gonePause, undefined, { signal }).catch(() => {});
        base = (await where()) ?? base;
      }
    },
    close: async () => {},
  };
}
