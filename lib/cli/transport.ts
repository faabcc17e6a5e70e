import { setTimeout as pause } from "node:timers/promises";
import type { RunSignal } from "@/lib/actions/runs/watch-run";
import type { AnyDownload, Verb } from "@/lib/actions/verbs/verb";
import { type Config, readConfig } from "@/lib/config";
import { isOperatorError } from "@/lib/operator-error";
import { type Holder, instanceHeader, isNear, readHolder } from "@/lib/runtime/data-lock";
import { takeAhead } from "./ahead";

export type Watched = Exclude<RunSignal, { event: "beat" }>;

/** How a command reaches the verbs: in this process, or over HTTP to the server that has the data directory. Same answers. */
export interface Transport {
  /** Whether runs are worked on somewhere else too, so that this process may leave. */
  readonly elsewhere: boolean;
  call<Input, Raw, Answer>(verb: Verb<Input, Raw, Answer>, input: Raw, signal?: AbortSignal): Promise<Answer>;
  /** Text as it is made. Throws before the first piece when the input is wrong. */
  download(download: AnyDownload, input: object): AsyncIterable<string>;
  /** A run as it moves, until it is over or the signal fires. */
  watch(runId: string, signal: AbortSignal): AsyncIterable<Watched>;
  close(): Promise<void>;
}

export type TransportOptions = {
  /** Runs are worked on by this process, when there is no server. */
  works: boolean;
};

/** A server that is starting, or another command that is about to end, has the data directory for a moment. Milliseconds. */
const patience = 10_000;
const poll = 200;

/** Where the server that has the data directory answers; waits a while for one that has it but doesn't say where. `null`: nobody serves. */
export async function findServer(config: Pick<Config, "dataDir" | "databaseUrl">, until = 0): Promise<string | null> {
  if (config.databaseUrl) return null;
  for (let holder = readHolder(config.dataDir); holder; holder = readHolder(config.dataDir)) {
    if (holder.url) return (await isThere(holder, holder.url)) ? holder.url : null;
    if (Date.now() > until) return null;
    await pause(poll);
  }
  return null;
}

/** Milliseconds. */
const askedFor = 3000;

/** Whether the holder answers there: from another container or machine, its address may be nobody's, or another Portage's. */
async function isThere(holder: Holder, url: string): Promise<boolean> {
  if (isNear(holder)) return true;
  try {
    const answer = await fetch(`${url}/api/health/live`, { signal: AbortSignal.timeout(askedFor) });
    await answer.body?.cancel();
    return answer.headers.get(instanceHeader) === holder.id;
  } catch {
    return false;
  }
}

/** Opens the way to the verbs. Throws an `OperatorError` when the configuration is wrong or something can't be opened. */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  const begun = await takeAhead(options);
  if (begun !== null) return (await import("./transport-local")).openLocalTransport(options, begun);
  const config = readConfig();
  const until = Date.now() + patience;
  const { token, publicUrl } = config;
  // A server of another machine, or of another folder: the token says that it is meant.
  if (token !== null && publicUrl !== null) {
    const { openHttpTransport } = await import("./transport-http");
    return openHttpTransport(publicUrl, async () => publicUrl, token);
  }
  for (;;) {
    const url = await findServer(config, until);
    if (url !== null) {
      const { openHttpTransport } = await import("./transport-http");
      return openHttpTransport(url, () => findServer(config), token);
    }
    const { openLocalTransport } = await import("./transport-local");
    try {
      return await openLocalTransport(options, null);
    } catch (error) {
      // Somebody else was quicker.
      const locked = isOperatorError(error) && error.code === "data-directory-locked";
      if (!locked || Date.now() > until) throw error;
      if (readHolder(config.dataDir)?.url && (await findServer(config)) === null) throw error;
    }
  }
}

/** Opens a transport for `work` and closes it whatever happens. */
export async function withTransport<T>(
  options: TransportOptions,
  work: (transport: Transport) => Promise<T>,
): Promise<T> {
  const transport = await openTransport(options);
  try {
    return await work(transport);
  } finally {
    await transport.close();
  }
}
