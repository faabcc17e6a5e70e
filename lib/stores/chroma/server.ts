import { z } from "zod";
import { isServiceFailure, ServiceFailure } from "@/lib/failures";
import { AnswerTooLarge, boundContainers, readBounded } from "@/lib/http/bounded-answer";
import { withDeadline } from "@/lib/http/deadline";
import { failure, failureOfNetwork, failureOfStatus, service, wasClosed } from "./failures";
import { parseExactly } from "./large-integers";
import type { ChromaSettings } from "./settings";

/** Half for vectors (see {@link vectorsInAnswer}), half for what else stands in 300 records. */
const mostBytes = 64 * 1024 * 1024;
/** A double as JSON writes it, with its comma. */
const numberBytes = 24;

/** How many records with vectors of that dimension an answer can hold. */
export const vectorsInAnswer = (dimension: number | null): number =>
  Math.max(1, Math.floor(mostBytes / 2 / (numberBytes * (dimension ?? 1))));

const mostContainers = 2_000_000;

type Api = "v1" | "v2";
export type Request = { operation: string; signal?: AbortSignal | undefined; method?: "GET" | "POST"; body?: unknown };

const collectionSchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  dimension: z.number().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  /** Servers before 0.5 have none. */
  configuration_json: z.unknown().optional(),
});
export type ServedCollection = z.infer<typeof collectionSchema>;
const collectionsSchema = z.array(collectionSchema);
/** Collections in one page of their listing. */
const collectionsAtOnce = 100;

/** One tenant's database of a Chroma server, through whichever API it speaks: v2 since 0.6, v1 before. One call, one request. */
export class ChromaServer {
  readonly #settings: ChromaSettings;
  readonly #timeoutMs: number;
  readonly #base: string;
  #api: Api | null = null;

  constructor(settings: ChromaSettings, timeoutMs = 60_000) {
    this.#settings = settings;
    this.#timeoutMs = timeoutMs;
    this.#base = settings.address.replace(/\/+$/, "").replace(/\/api\/v[12]$/, "");
  }

  /** Which server and database, without a secret. */
  get place(): string {
    const { tenant, database } = this.#settings;
    return `${this.#base.replace(/^https?:\/\//i, "").toLowerCase()}, ${tenant}/${database}`;
  }

  /** Chroma Cloud allows 300 records in most requests. */
  get isCloud(): boolean {
    return /(^|\.)trychroma\.com$/i.test(new URL(this.#base).hostname);
  }

  /** `null`: there is no collection of that name. Makes none. */
  async collection(name: string, call: Request): Promise<ServedCollection | null> {
    // That there is no server of Chroma isn't that it has no such collection.
    await this.#known(call);
    try {
      const path = `/${encodeURIComponent(name)}`;
      return parse(collectionSchema, await this.#collections(path, call), call.operation);
    } catch (error) {
      if (isServiceFailure(error) && error.code === "not-found") return null;
      throw error;
    }
  }

  async *collections(call: Request): AsyncGenerator<ServedCollection> {
    for (let offset = 0; ; offset += collectionsAtOnce) {
      const answer = await this.#collections(`?limit=${collectionsAtOnce}&offset=${offset}`, call);
      const page = parse(collectionsSchema, answer, call.operation);
      yield* page;
      if (page.length < collectionsAtOnce) return;
    }
  }

  /** @throws ServiceFailure `conflict` when there is one of that name */
  async create(name: string, metadata: Record<string, string | number>, call: Request): Promise<ServedCollection> {
    const body = { name, metadata, get_or_create: false };
    return parse(collectionSchema, await this.#collections("", { ...call, method: "POST", body }), call.operation);
  }

  /** A verb of a collection's records: `get`, `count`, `upsert`. */
  async records(id: string, verb: string, call: Request): Promise<unknown> {
    const api = await this.#known(call);
    const path = `${encodeURIComponent(id)}/${verb}`;
    return this.#ask(api === "v2" ? `${this.#v2()}/${path}` : `/api/v1/collections/${path}`, call);
  }

  async #collections(path: string, call: Request): Promise<unknown> {
    if ((await this.#known(call)) === "v2") return this.#ask(this.#v2() + path, call);
    const { tenant, database } = this.#settings;
    const within = new URLSearchParams({ tenant, database }).toString();
    return this.#ask(`/api/v1/collections${path}${path.includes("?") ? "&" : "?"}${within}`, call);
  }

  #v2(): string {
    const { tenant, database } = this.#settings;
    return `/api/v2/tenants/${encodeURIComponent(tenant)}/databases/${encodeURIComponent(database)}/collections`;
  }

  async #known({ operation, signal }: Request): Promise<Api> {
    if (this.#api !== null) return this.#api;
    for (const api of ["v2", "v1"] as const) {
      try {
        await this.#ask(`/api/${api}/heartbeat`, { operation, signal });
        this.#api = api;
        return api;
      } catch (error) {
        const isOther =
          isServiceFailure(error) && (error.code === "not-found" || error.status === 405 || error.status === 410);
        if (!isOther) throw error;
      }
    }
    throw failure(
      "not-found",
      operation,
      `At ${this.#base} there is no server of Chroma: it knows neither /api/v2 nor /api/v1`,
    );
  }

  #headers(operation: string): Record<string, string> {
    const { token, tokenHeader, username, password } = this.#settings;
    const text = token?.reveal() ?? "";
    if (!/^[\x21-\x7e]*$/.test(text)) throw failure("auth", operation, `The token for ${service} holds odd characters`);
    const basic = Buffer.from(`${username}:${password?.reveal() ?? ""}`).toString("base64");
    return {
      ...(username !== undefined && { authorization: `Basic ${basic}` }),
      ...(text !== "" &&
        (tokenHeader === "authorization" ? { authorization: `Bearer ${text}` } : { "x-chroma-token": text })),
    };
  }

  /** What comes from outside never repeats a secret. */
  #redact(text: string): string {
    const { token, password } = this.#settings;
    const secrets = [token?.reveal() ?? "", password?.reveal() ?? ""].filter((secret) => secret !== "");
    return secrets.reduce((words, secret) => words.replaceAll(secret, "[secret]"), text);
  }

  async #ask(path: string, { operation, signal, method = "GET", body }: Request): Promise<unknown> {
    const headers = this.#headers(operation);
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await withDeadline(this.#timeoutMs, signal, async (deadline) => {
      try {
        deadline.signal.throwIfAborted();
        const ask = () =>
          fetch(this.#base + path, {
            method,
            ...sent,
            headers: {
              accept: "application/json",
              ...(body !== undefined && { "content-type": "application/json" }),
              ...headers,
            },
            signal: deadline.signal,
            // Followed, a token would go wherever an answer says.
            redirect: "manual",
          });
        // A connection that was kept may be closed by the server at the moment that it is used again: every call may be made twice.
        const response = await ask().catch((error: unknown) => {
          if (!wasClosed(error)) throw error;
          return ask();
        });
        return {
          status: response.status,
          retryAfter: response.headers.get("retry-after"),
          bytes: await readBounded(response, mostBytes),
        };
      } catch (error) {
        if (error instanceof AnswerTooLarge) throw failure("malformed", operation, `${service} gave ${error.message}`);
        throw failureOfNetwork(operation, error, deadline.ended());
      }
    });
    const { status, retryAfter, bytes } = answer;
    if (status < 200 || status > 299)
      throw failureOfStatus({ operation, status, retryAfter, body: this.#redact(bytes.toString("utf8")) });
    try {
      boundContainers(bytes, mostContainers);
      return parseExactly(bytes.toString("utf8"));
    } catch (error) {
      if (error instanceof AnswerTooLarge) throw failure("malformed", operation, `${service} gave ${error.message}`);
      const message = `${service} answered ${status} with something that isn't JSON`;
      throw new ServiceFailure({ code: "malformed", service, operation, message, cause: error });
    }
  }
}

/** Parses an answer; one that isn't as documented is a `malformed` failure that names where. */
export function parse<T>(schema: z.ZodType<T>, json: unknown, operation: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".");
  throw failure("malformed", operation, `${service}'s answer isn't as documented${where ? ` at ${where}` : ""}`);
}
