import { expect } from "vitest";
import { parseConfig } from "@/lib/config";
import type { Embedder } from "@/lib/embedders/contract";
import { createRun } from "../lifecycle/create-run";
import { settingsFor } from "../lifecycle/settings";
import { readSpaces } from "../lifecycle/vector-spaces";
import { applyPlan } from "../plans/apply-plan";
import { records, type World } from "../testing/testing";

export const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
export const place = (namespace = "n") => ({ index: "new", namespace });
export const [first, second] = ["gemini-embedding-001", "gemini-embedding-2"] as const;
export type Model = typeof first | typeof second;
/** The first number of every vector tells which model made it. */
export const marks: Record<Model, number> = { [first]: 0.25, [second]: -0.25 };
export const texts: Record<Model, number> = { [first]: 0, [second]: 0 };

/** What these tests do with the world that is open. */
export function modelHands(open: () => World) {
  /** Portage as it is started with a model: its configuration, and an embedder whose vectors can be told from another's. */
  function use(model: Model, environment: Record<string, string> = {}): void {
    const values = {
      PORTAGE_MODE: "live",
      PINECONE_OLD_INDEX: "old",
      PINECONE_NEW_INDEX: "new",
      GEMINI_OUTPUT_DIMENSIONS: "16",
      GEMINI_EMBEDDING_MODEL: model,
      GEMINI_REQUESTS_PER_MINUTE: "100000000",
      GEMINI_TOKENS_PER_MINUTE: "1000000000000",
      EMBEDDING_BATCH_SIZE: "2",
      UPSERT_BATCH_SIZE: "2",
      ...environment,
    };
    const inner = open().embedder;
    const embedder: Embedder = {
      service: inner.service,
      space: { ...inner.space, model },
      limits: inner.limits,
      embed: async (asked, options) => {
        texts[model] += asked.length;
        const outcomes = await inner.embed(asked, options);
        return outcomes.map((one) => (one.ok ? { ok: true, values: [marks[model], ...one.values.slice(1)] } : one));
      },
      countTokens: (text, options) => inner.countTokens(text, options),
      probe: (options) => inner.probe(options),
    };
    Object.assign(open().parts, { config: parseConfig([{ origin: "environment", values }], process.cwd()), embedder });
  }

  const settings = (overrides = {}) => settingsFor(open().parts, overrides);

  async function reembed(namespace = "n"): Promise<string> {
    const run = { kind: "reembed" as const, namespaces: [namespace], expected: new Map(), startedBy: "test" };
    return (await createRun(open().database, { ...run, settings: settings() })).runId;
  }

  async function mirror(namespace = "n"): Promise<string | null> {
    const run = { kind: "plan" as const, planKind: "mirror" as const, namespaces: [namespace], expected: new Map() };
    const { runId } = await createRun(open().database, { ...run, startedBy: "test", settings: settings() });
    const { planId, state } = await open().until(runId, ended);
    if (state === "failed") return null;
    return (await applyPlan(open().database, { planId: planId ?? "", settings: settings(), actor: "test" })).runId;
  }

  const modelsIn = (namespace = "n") =>
    new Set(
      open()
        .target.contents(place(namespace))
        .map(({ values }) => values[0]),
    );
  const held = async () =>
    (await readSpaces(open().database, { index: "new", account: "memory" })).map(({ model, vectors }) => [
      model,
      vectors,
    ]);

  /** A namespace of records by the first model. */
  async function filled(count: number): Promise<void> {
    use(first);
    open().source.put({ index: "old", namespace: "n" }, records(count));
    await open().work();
    expect(await open().until(await reembed(), ended)).toMatchObject({ state: "succeeded", written: count });
    await open().rest();
  }
  return { use, settings, reembed, mirror, modelsIn, held, filled };
}
