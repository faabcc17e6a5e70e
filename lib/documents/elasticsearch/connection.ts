import { Client, errors, type TransportRequestOptions } from "@elastic/elasticsearch";
import { z } from "zod";
import { isServiceFailure, ServiceFailure } from "@/lib/failures";
import type { Secret } from "@/lib/secret";
import { withCertificate } from "./certificate";
import { failureOf, malformed } from "./failures";
import { service } from "./service";

export type ConnectionOptions = {
  endpoint: string;
  apiKey: Secret | null;
  username: string | null;
  password: Secret | null;
  /** PEM of the authority that signed the server's certificate; `null`: the usual ones. */
  authority: string | null;
  /** For one request, from sending to the last byte of the answer. The client has none of its own. */
  timeoutMs?: number;
};

export type Call = { operation: string; signal?: AbortSignal | undefined };

/** One server. Nothing is asked before the first call. */
export interface Connection {
  /** One request by the client, its answer's body parsed; everything that goes wrong is a `ServiceFailure`. */
  call<T>(
    call: Call,
    schema: z.ZodType<T>,
    invoke: (client: Client, options: TransportRequestOptions) => Promise<unknown>,
  ): Promise<T>;
  /** The server's version, or `null` when the key may not ask for it. */
  version(call: Call): Promise<string | null>;
  /** Asks for the version again. */
  probe(call: Call): Promise<{ version: string | null; latencyMs: number }>;
  close(): Promise<void>;
}

const root = z.object({ version: z.object({ number: z.string() }) });
const plain = { accept: "application/json", "content-type": "application/json" };

/**
 * The newest dialect that both this client and the server speak. Servers 8 and 9 both take 8, so that is what an unknown one is spoken
 * to in; 8 refuses 9, which is what the client would send by itself.
 */
function dialectOf(version: string | null): string {
  const major = Number.parseInt(version ?? "8", 10);
  return `compatible-with=${major >= 9 ? 9 : 8}`;
}

function headersFor(version: string | null): { json: Record<string, string>; ndjson: Record<string, string> } {
  const json = `application/vnd.elasticsearch+json; ${dialectOf(version)}`;
  const ndjson = `application/vnd.elasticsearch+x-ndjson; ${dialectOf(version)}`;
  return { json: { accept: json, "content-type": json }, ndjson: { accept: json, "content-type": ndjson } };
}

/** Settles as `work` does, or at once when the signal is aborted: `work` is shared and goes on. */
function whileWanted<T>(work: Promise<T>, { operation, signal }: Call): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(failureOf(operation, signal.reason, signal));
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

function authOf({
  apiKey,
  username,
  password,
}: ConnectionOptions): { apiKey: string } | { username: string; password: string } | null {
  if (apiKey !== null) {
    const key = apiKey.reveal();
    // A key with other characters can't be a header, and the error about that would quote it.
    if (/^[\x21-\x7e]+$/.test(key)) return { apiKey: key };
    throw new ServiceFailure({
      code: "auth",
      service,
      operation: "connect",
      message: `The API key for ${service} holds odd characters`,
    });
  }
  return username === null ? null : { username, password: password?.reveal() ?? "" };
}

/** `null` instead of a refusal, for what a key may not see. */
export async function ifAllowed<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (isServiceFailure(error) && error.code === "auth" && error.status === 403) return null;
    throw error;
  }
}

/** A page of a thousand documents with the one key that is asked for, the mapping of an index with 100,000 fields. */
const mostBytes = 64 * 1024 * 1024;
/** Packed answers aren't asked for, and gzip packs a thousand to one: what comes packed all the same must be small. */
const mostBytesPacked = mostBytes / 1024;

/** Opens nothing until the first call. Without key and user name it asks as nobody in particular. */
export function connect(options: ConnectionOptions): Connection {
  const timeoutMs = options.timeoutMs ?? 60_000;
  let opened: Client | null = null;
  let known: Promise<string | null> | null = null;

  const client = (): Client => {
    const auth = authOf(options);
    opened ??= new Client({
      node: options.endpoint,
      maxRetries: 0,
      maxResponseSize: mostBytes,
      maxCompressedResponseSize: mostBytesPacked,
      ...(auth === null ? {} : { auth }),
      ...(options.authority === null ? {} : { tls: { ca: options.authority } }),
    });
    return opened;
  };

  const askVersion = async (): Promise<string | null> => {
    try {
      const body: unknown = await client().info({}, { headers: plain, requestTimeout: timeoutMs });
      const parsed = root.safeParse(body);
      if (parsed.success) return parsed.data.version.number;
    } catch (error) {
      if (isServiceFailure(error)) throw error;
      // Refused or not there, but the server answers: a key without the `monitor` privilege may do all else.
      const status = error instanceof errors.ResponseError ? (error.statusCode ?? 0) : 0;
      if (status !== 400 && status !== 403 && status !== 404 && status !== 405)
        throw await withCertificate(failureOf("version", error), options);
      return null;
    }
    throw malformed("version", "What answers there doesn't name a version of Elasticsearch");
  };

  const version = (call: Call) => {
    const asked = known ?? askVersion();
    known = asked;
    asked.catch(() => {
      if (known === asked) known = null;
    });
    return whileWanted(asked, call);
  };

  const parse = <T>(operation: string, schema: z.ZodType<T>, body: unknown): T => {
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    throw malformed(operation, `${service} answered without what was asked for`, parsed.error);
  };

  return {
    version,
    probe: async (call) => {
      const started = performance.now();
      known = null;
      const found = await version(call);
      return { version: found, latencyMs: performance.now() - started };
    },
    call: async (call, schema, invoke) => {
      const { operation, signal } = call;
      const headers = headersFor(await version(call));
      try {
        const body = await invoke(client(), {
          headers: operation === "bulkUpdate" ? headers.ndjson : headers.json,
          requestTimeout: timeoutMs,
          ...(signal ? { signal } : {}),
        });
        return parse(operation, schema, body);
      } catch (error) {
        throw isServiceFailure(error) ? error : await withCertificate(failureOf(operation, error, signal), options);
      }
    },
    close: async () => {
      await opened?.close();
      opened = null;
      known = null;
    },
  };
}
