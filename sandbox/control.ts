import { z } from "zod";
import { type Tallies, tallies } from "./http/counters";
import type { faultPlanSchema } from "./http/faults";
import type { editSchema, fillSchema } from "./pinecone/edit";

const recordSchema = z.object({
  id: z.string(),
  values: z.array(z.number()).optional(),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])).default({}),
  sparseValues: z.object({ indices: z.array(z.number()), values: z.array(z.number()) }).optional(),
});

const countersSchema = z.object({
  scopes: tallies,
  /** Pinecone: calls that write, by index. */
  writes: z.record(z.string(), z.number()).default({}),
  units: z.record(z.string(), z.object({ read: z.number(), write: z.number() })).default({}),
  /** Gemini: texts embedded, and those embedded more than once. */
  embedded: z
    .object({ texts: z.number(), distinct: z.number(), repeats: z.number(), tokens: z.number() })
    .default({ texts: 0, distinct: 0, repeats: 0, tokens: 0 }),
  repeated: z.record(z.string(), z.number()).default({}),
});

export type SandboxRecord = z.infer<typeof recordSchema>;
export type SandboxCounters = z.infer<typeof countersSchema>;
export type FaultRequest = z.input<typeof faultPlanSchema>;

/** The admin endpoint of one stand-in, for tests and benchmarks. */
export class SandboxControl {
  constructor(readonly url: string) {}

  async #call(method: string, verb: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}/__sandbox/${verb}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`/__sandbox/${verb} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Replaces the faults in force. */
  async faults(plan: FaultRequest): Promise<void> {
    await this.#call("POST", "faults", plan);
  }

  async latency(ms: number, jitterMs = 0): Promise<void> {
    await this.#call("POST", "latency", { ms, jitterMs });
  }

  /** Moves both stand-ins' time forward: windows pass, writes become visible. */
  async advance(ms: number): Promise<void> {
    await this.#call("POST", "clock", { advanceMs: ms });
  }

  /** Counters, faults and windows begin again; with `data` the records too. */
  async reset(options: { data?: boolean } = {}): Promise<void> {
    await this.#call("POST", "reset", options);
  }

  async counters(): Promise<SandboxCounters> {
    return countersSchema.parse(await this.#call("GET", "counters"));
  }

  /** Calls of a route, over all scopes or in one. */
  async calls(route: string, scope?: string): Promise<number> {
    const { scopes }: { scopes: Tallies } = await this.counters();
    return Object.entries(scopes).reduce(
      (sum, [name, routes]) => sum + (scope === undefined || scope === name ? (routes[route]?.calls ?? 0) : 0),
      0,
    );
  }

  /** Pinecone only: an index that is ready at once. */
  async createIndex(index: {
    name: string;
    dimension: number;
    metric?: "cosine" | "euclidean" | "dotproduct";
    /** A document index's, or those of a kind that Portage doesn't know. */
    fields?: Record<string, unknown>;
    deployment?: Record<string, unknown>;
  }) {
    await this.#call("POST", "indexes", index);
  }

  /** Pinecone only: records changed as customers do. Answers how many were. */
  async edit(edit: z.input<typeof editSchema>): Promise<number> {
    return z.object({ changed: z.number() }).parse(await this.#call("POST", "edit", edit)).changed;
  }

  /** Pinecone only: many records at once. */
  async fill(wanted: z.input<typeof fillSchema>): Promise<void> {
    await this.#call("POST", "fill", wanted);
  }

  /** Pinecone only: a whole namespace as it is stored, in byte order of IDs. */
  async records(index: string, namespace: string, options: { values?: boolean } = {}): Promise<SandboxRecord[]> {
    const query = new URLSearchParams({ index, namespace, values: String(options.values ?? false) });
    const response = await fetch(`${this.url}/__sandbox/records?${query}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`/__sandbox/records answered ${response.status}: ${text}`);
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => recordSchema.parse(JSON.parse(line)));
  }
}
