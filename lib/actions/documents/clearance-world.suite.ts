import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { z } from "zod";
import { asking } from "@/lib/documents/elasticsearch/asking.suite";
import { Between } from "@/lib/documents/elasticsearch/between.suite";
import { openDocuments } from "@/lib/documents/registry";
import { controlChannel } from "@/lib/runs/lifecycle/parts";
import { startEngine } from "@/lib/runs/worker/engine";
import { openQueue } from "@/lib/runs/worker/queue";
import type { Plan } from "@/lib/shapes/plans/plan";
import type { Run, RunState } from "@/lib/shapes/runs/run";
import type { Access } from "@/scripts/elasticsearch/obtained";
import { authorization } from "@/scripts/elasticsearch/wait-for-health";
import { applyPlan, applyPlanInput } from "../plans/apply-plan";
import { showPlan } from "../plans/show-plan";
import { showRun } from "../runs/show-run";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import { openTestContext } from "../verbs/testing";
import { planClearance, planClearanceInput } from "./plan-clearance";

const ended: readonly RunState[] = ["succeeded", "succeeded-with-findings", "failed", "cancelled", "paused"];
const hitsSchema = z.object({
  hits: z.object({
    hits: z.array(z.object({ _id: z.string(), _index: z.string(), _version: z.number(), _source: z.unknown() })),
  }),
});

const madeSchema = z.object({
  items: z.array(z.object({ index: z.object({ status: z.number(), error: z.unknown().optional() }) })),
});

/** A document as it stands: how often it was written, and its source as the server stores it. */
export type Stored = { version: number; source: Record<string, unknown> };

/** Portage over a real server: a context, an engine at work, and indexes with names of their own, removed at the end. */
export class ClearanceWorld {
  private readonly closing: (() => unknown)[] = [];
  private readonly prefix = `portage-days-${randomUUID().slice(0, 8)}`;
  private readonly made: string[] = [];
  readonly ask: ReturnType<typeof asking>;

  private constructor(
    readonly ctx: Context,
    readonly between: Between,
    private readonly access: Access,
  ) {
    this.ask = asking(access);
  }

  /** @param index what ELASTICSEARCH_INDEX says; a fresh name when left out */
  static async open(access: Access, environment: Record<string, string> = {}): Promise<ClearanceWorld> {
    const between = await Between.open(access.url);
    const credentials: Record<string, string> =
      "apiKey" in access
        ? { ELASTICSEARCH_API_KEY: access.apiKey }
        : { ELASTICSEARCH_USERNAME: access.username, ELASTICSEARCH_PASSWORD: access.password };
    const { ctx, close } = await openTestContext({
      environment: { ELASTICSEARCH_ENDPOINT: between.url, ...credentials, ...environment },
    });
    const { database } = ctx;
    const documents = openDocuments(ctx.config);
    const log = { info() {}, warn() {}, error: console.error };
    const queue = await openQueue({ database, redisUrl: null, log });
    const engine = await startEngine({ ...ctx, database, documents, log, workerName: "test:1", queue });
    const wake = () => database.notify(controlChannel, "");
    const world = new ClearanceWorld({ ...ctx, documents, wake }, between, access);
    world.closing.push(
      () => engine.stop(),
      () => documents?.close(),
      close,
      () => between.close(),
    );
    return world;
  }

  async close(): Promise<void> {
    for (const index of this.made) await this.ask("DELETE", `/${index}`);
    for (const close of this.closing.splice(0)) await close();
  }

  /** A name that nobody else uses. */
  name(): string {
    const name = `${this.prefix}-${this.made.length}`;
    this.made.push(name);
    return name;
  }

  /** A request that must succeed. */
  async must(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.ask(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Makes an index with these documents, named `0`, `1`, ...; answers its name. */
  async index(
    sources: readonly object[],
    {
      properties = levels,
      settings = {},
      ...mappings
    }: { properties?: object; settings?: object; dynamic?: unknown; _routing?: object } = {},
  ): Promise<string> {
    const index = this.name();
    await this.must("PUT", `/${index}`, {
      mappings: { ...mappings, properties },
      settings: { number_of_replicas: 0, ...settings },
    });
    await this.put(index, sources);
    return index;
  }

  async put(index: string, sources: readonly object[], first = 0): Promise<void> {
    for (let at = 0; at < sources.length; at += 500) {
      const documents = sources
        .slice(at, at + 500)
        .map((source, position) => `{"index":{"_id":"${first + at + position}"}}\n${JSON.stringify(source)}\n`);
      await this.bulk(`/${index}/_bulk?refresh=true`, documents);
    }
  }

  /** All documents of an index, by ID. */
  async stored(index: string): Promise<Map<string, Stored>> {
    await this.must("POST", `/${index}/_refresh`);
    const search = { size: 10_000, version: true, query: { match_all: {} } };
    const body = hitsSchema.parse(await this.must("POST", `/${index}/_search`, search));
    const source = z.record(z.string(), z.unknown());
    return new Map(
      body.hits.hits.map((hit) => [hit._id, { version: hit._version, source: source.parse(hit._source) }]),
    );
  }

  /** The same context where the configuration names this index. */
  over(index: string): Context {
    const { config } = this.ctx;
    return { ...this.ctx, config: { ...config, elasticsearch: { ...config.elasticsearch, indices: [index] } } };
  }

  /** Makes a plan and waits for it. */
  async plan(index: string, input: object = {}, ctx: Context = this.ctx): Promise<Plan> {
    const planned = await planClearance(ctx, parseInput(planClearanceInput, { all: true, index, ...input }));
    const run = await this.end(planned.run.id);
    if (run.error !== null) throw new Error(`The plan failed: ${JSON.stringify(run.error)}`);
    return showPlan(this.ctx, { id: planned.plan.id });
  }

  /** Starts to make a plan, and doesn't wait for it. */
  async startPlan(index: string): Promise<string> {
    return (await planClearance(this.ctx, parseInput(planClearanceInput, { all: true, index }))).run.id;
  }

  /** Starts to apply a plan. */
  async apply(plan: Plan, ctx: Context = this.ctx, input: object = {}): Promise<Run> {
    const { run } = await applyPlan(ctx, parseInput(applyPlanInput, { id: plan.id, ...input }));
    if (run === null) throw new Error(`${plan.id} has nothing to apply`);
    return run;
  }

  /** Waits until the run has come to a state in which nothing happens by itself. */
  async end(runId: string, withinMs = 150_000): Promise<Run> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const run = await showRun(this.ctx, { id: runId });
      if (ended.includes(run.state)) return run;
      if (Date.now() > deadline) throw new Error(`${runId} hasn't ended: ${JSON.stringify(run)}`);
      await delay(50);
    }
  }

  /** Sends what the server had no room for again, until all of it is in. */
  private async bulk(path: string, documents: readonly string[]): Promise<void> {
    const headers = { authorization: authorization(this.access), "content-type": "application/x-ndjson" };
    for (let left = documents; left.length > 0; ) {
      const answer = await fetch(`${this.access.url}${path}`, { method: "POST", headers, body: left.join("") });
      const body: unknown = await answer.json();
      if (answer.status === 429) continue;
      const { items } = madeSchema.parse(body);
      const refused = items.find(({ index: { status } }) => status >= 300 && status !== 429);
      if (refused) throw new Error(`The documents could not be made: ${JSON.stringify(refused)}`);
      left = left.filter((_, at) => items[at]?.index.status === 429);
    }
  }
}

export const levels = {
  namespace: { type: "keyword" },
  clearance_level: { type: "integer" },
  text: { type: "text" },
  // Kept, not indexed: it holds a list of unlike things.
  nested: { type: "object", enabled: false },
};

/** Documents of two namespaces; every tenth has a level of its own. */
export function someDocuments(count: number, namespaces = ["alpha", "beta"]): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, number) => ({
    title: `Document ${number}`,
    namespace: namespaces[number % namespaces.length],
    ...(number % 10 === 0 ? { clearance_level: 3 } : {}),
    text: `Text of document ${number}`,
    nested: { kept: [number, { deep: null }], "with.dot": true },
  }));
}

/** Every document has a level, those that had one keep it, and nothing else changed; each was written at most once. */
export function expectRight(
  before: ReadonlyMap<string, Stored>,
  after: ReadonlyMap<string, Stored>,
  value: unknown = 1,
): void {
  expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
  for (const [id, { version, source }] of before) {
    const had = "clearance_level" in source;
    expect(after.get(id), id).toEqual({
      version: had ? version : version + 1,
      source: had ? source : { ...source, clearance_level: value },
    });
  }
}
