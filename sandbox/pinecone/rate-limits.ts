import type { Clock } from "../clock";
import { Window } from "../http/window";
import type { PineconeQuotas } from "./limits";
import { Refusal } from "./problems";

const second = 1000;
/** Beyond so many namespaces the idle windows are dropped: memory must not grow with their number. */
const windowsKept = 4096;

const perNamespace = (what: string, namespace: string, limit: number) =>
  `Request failed. You've reached the ${what} QPS limit for namespace ${namespace} (${limit} QPS). Pace your ${what} requests or contact Pinecone Support (https://app.pinecone.io/organizations/-/settings/support/ticket) to request a higher limit.`;
const perIndex = (what: string, index: string) =>
  `Request failed. You've reached the max ${what} per second for index ${index}. Pace your requests or contact Pinecone Support (https://app.pinecone.io/organizations/-/settings/support/ticket) to request a higher limit.`;

/** Enforces the documented rates with windows of one second; throws a {@link Refusal} with the documented words. */
export class RateLimits {
  readonly #windows = new Map<string, Window>();

  constructor(
    readonly clock: Clock,
    /** `null`: nothing is limited. */
    public quotas: PineconeQuotas | null,
  ) {}

  #window(key: string, limit: number): Window {
    const known = this.#windows.get(key);
    if (known?.limit === limit) return known;
    if (this.#windows.size > windowsKept) {
      for (const [name, window] of this.#windows) if (window.used(this.clock.now()) === 0) this.#windows.delete(name);
    }
    const made = new Window(limit, second);
    this.#windows.set(key, made);
    return made;
  }

  #take(key: string, limit: number, amount: number, message: string): void {
    const window = this.#window(key, limit);
    const now = this.clock.now();
    if (window.waitFor(amount, now) > 0) throw new Refusal("throttled", message);
    window.take(amount, now);
  }

  upsert(index: string, namespace: string, bytes: number): void {
    if (this.quotas === null) return;
    const { upserts, upsertBytes } = this.quotas;
    const place = `${index}\0${namespace}`;
    this.#take(`upsert\0${place}`, upserts, 1, perNamespace("upsert", namespace, upserts));
    this.#take(`bytes\0${place}`, upsertBytes, bytes, perIndex("upsert size limit", index));
  }

  /** Rates that hold for a namespace. */
  namespaced(what: "query" | "update" | "delete", index: string, namespace: string): void {
    if (this.quotas === null) return;
    const limit = { query: this.quotas.queries, update: this.quotas.updates, delete: this.quotas.deletes }[what];
    this.#take(`${what}\0${index}\0${namespace}`, limit, 1, perNamespace(what, namespace, limit));
  }

  fetchByMetadata(index: string, namespace: string): void {
    if (this.quotas === null) return;
    const limit = this.quotas.fetchesByMetadata;
    const words = perNamespace("fetch_by_metadata", namespace, limit);
    this.#take(`fetch_by_metadata\0${index}\0${namespace}`, limit, 1, words);
  }

  /** Rates that hold for an index. */
  indexed(what: "fetch" | "list" | "describe_index_stats", index: string): void {
    if (this.quotas === null) return;
    const { fetches, lists, statistics } = this.quotas;
    const limit = { fetch: fetches, list: lists, describe_index_stats: statistics }[what];
    this.#take(`${what}\0${index}`, limit, 1, perIndex(`${what} requests`, index));
  }

  reset(): void {
    this.#windows.clear();
  }
}
