import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { z } from "zod";
import { excludeChanges } from "@/lib/actions/plans/exclude-changes";
import { listChangeFacets, type listChangeFacetsInput } from "@/lib/actions/plans/list-change-facets";
import { listChanges, listChangesInput } from "@/lib/actions/plans/list-changes";
import type { Context } from "@/lib/actions/verbs/context";
import { parseConfig } from "@/lib/config";
import { openDatabase } from "@/lib/db/open";
import { openEmbedder } from "@/lib/embedders/registry";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { openStores } from "@/lib/stores/registry";
import { fill, idOf, namespaces, planId } from "./fill";

/** Milliseconds by what was asked. `whole`: what nobody waits for, since the rows are there before. */
type Milliseconds = Record<string, number[]>;
export type Reviewed = { fillSeconds: number; answers: Milliseconds; whole: Milliseconds };

/** Times what a review page asks of a plan of so many updates: pages from anywhere, filters, searches, counts. */
export async function review(updates: number, asked: number): Promise<Reviewed> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-bench-"));
  const config = parseConfig(
    [{ origin: "environment", values: { PORTAGE_MODE: "live", PORTAGE_DATA_DIR: dataDir } }],
    dataDir,
  );
  const database = await openDatabase({ url: null, dataDir });
  const log = { info() {}, warn() {}, error() {} };
  const ctx: Context = {
    config,
    database,
    ...openStores(config),
    embedder: openEmbedder(config),
    documents: null,
    wake: async () => {},
    log,
    actor: "bench",
  };
  try {
    const started = performance.now();
    await fill(database, updates, settingsFor({ config }));
    const fillSeconds = (performance.now() - started) / 1000;
    const anywhere = () => Math.floor(Math.random() * updates);
    const uuid = () => idOf(anywhere()).slice(-7);
    // Another filter each time, as far as there are others: the answers come from the tables, not from what was worked out before.
    const asks: Record<string, () => object> = {
      "a page anywhere": () => ({ kind: "update", offset: anywhere() }),
      "the first page of every kind": () => ({}),
      "a key that most have, anywhere": () => ({ key: "page", offset: anywhere() }),
      "a key that few have, anywhere": () => ({ key: "rare", sign: "+", offset: Math.floor(anywhere() / 997) }),
      "a key, a sign and text changed": () => ({
        key: "renamed_to",
        sign: "+",
        textChanged: true,
        offset: Math.floor(anywhere() / 6),
      }),
      "a rare key with text unchanged": () => ({ key: "rare", textChanged: false }),
      "what isn't excluded, anywhere": () => ({ kind: "update", excluded: false, offset: anywhere() }),
      "one namespace": () => ({ kind: "update", namespace: `customer-${anywhere() % namespaces}` }),
      "a whole ID": () => ({ kind: "update", search: idOf(anywhere()) }),
      "the end of an ID": () => ({ kind: "update", search: uuid() }),
      "two digits, in most IDs": () => ({ kind: "update", search: String(10 + (anywhere() % 90)) }),
      "part of an ID, a key and text changed": () => ({ search: uuid().slice(-4), key: "page", textChanged: true }),
    };
    const counted: Record<string, Partial<z.infer<typeof listChangeFacetsInput>>> = {
      "in all": {},
      "where the text changed": { kind: "update", textChanged: true },
      "where the ID holds two digits": { kind: "update", search: "12" },
      "where nothing is excluded": { kind: "update", excluded: false },
      "in one namespace": { kind: "update", namespace: "customer-3" },
    };
    const answers: Milliseconds = {};
    const whole: Milliseconds = {};
    const measure = async <T>(into: Milliseconds, name: string, ask: () => Promise<T>): Promise<T> => {
      const began = performance.now();
      const answer = await ask();
      into[name] = [...(into[name] ?? []), performance.now() - began];
      return answer;
    };
    await excludeChanges(ctx, { id: planId, key: "rare", include: false });
    for (let round = 0; round < asked; round++) {
      // Selections are kept for a database: one that looks like another has none.
      const cold: Context = { ...ctx, database: { ...database } };
      for (const [name, ask] of Object.entries(asks)) {
        const input = listChangesInput.parse({ id: planId, ...ask(), limit: 100, quick: true });
        const { exact } = await measure(answers, `${name}, first`, () => listChanges(cold, input));
        if (!exact)
          await measure(whole, `${name}, until all are found`, () => listChanges(cold, { ...input, quick: false }));
        await measure(answers, `${name}, then`, () => listChanges(cold, input));
      }
      for (const [name, filter] of Object.entries(counted))
        await measure(answers, `which keys differ ${name}`, () =>
          listChangeFacets({ ...cold, database: { ...database } }, { id: planId, limit: 200, quick: true, ...filter }),
        );
    }
    await measure(whole, "excluding all of them", () => excludeChanges(ctx, { id: planId, all: true, include: false }));
    return { fillSeconds, answers, whole };
  } finally {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}
