import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Context } from "@/lib/actions/context";
import { listChangeFacets } from "@/lib/actions/list-change-facets";
import { listChanges, listChangesInput } from "@/lib/actions/list-changes";
import { parseConfig } from "@/lib/config";
import type { OpenedDatabase } from "@/lib/db/contract";
import { openDatabase } from "@/lib/db/open";
import { openEmbedder } from "@/lib/embedders/registry";
import type { Difference } from "@/lib/plan/differences";
import { refreshStatistics } from "@/lib/runs/mirror-plan";
import { recordChanges } from "@/lib/runs/record-changes";
import { openStores } from "@/lib/stores/registry";

const planId = "plan-bench";
const namespaces = 10;
const chunkSize = 1000;
const idOf = (at: number) => `record-${String(at).padStart(9, "0")}`;

function differencesOf(at: number): Difference[] {
  const differences: Difference[] = [{ sign: "~", key: "page", source: at, target: at + 1 }];
  if (at % 3 === 0) differences.push({ sign: "~", key: "text", source: `New text ${at}`, target: `Old text ${at}` });
  if (at % 997 === 0) differences.push({ sign: "+", key: "rare", source: "here" });
  if (at % 2 === 0)
    differences.push({ sign: "-", key: "renamed_from", target: "x" }, { sign: "+", key: "renamed_to", source: "x" });
  return differences;
}

async function fill(database: OpenedDatabase, updates: number): Promise<void> {
  await database.run(
    `INSERT INTO "Plan" ("id", "kind", "state", "namespaces", "settings", "settingsHash", "createdBy") VALUES ($1, 'mirror', 'ready', '{}', '{}', '', 'bench')`,
    [planId],
  );
  for (let chunk = 0; chunk < updates / chunkSize; chunk++) {
    const namespace = `customer-${Math.floor((chunk * chunkSize * namespaces) / updates)}`;
    const first = chunk * chunkSize;
    const changes = Array.from({ length: chunkSize }, (_, at) => ({
      id: idOf(first + at),
      sourcePrint: "s".repeat(32),
      targetPrint: "t".repeat(32),
      textChanged: (first + at) % 3 === 0,
      differences: differencesOf(first + at),
    }));
    await database.transaction(async (sql) => {
      await sql.run(
        `INSERT INTO "Chunk" ("planId", "namespace", "sequence", "firstId", "lastId", "creates", "unchanged", "orphans", "updates")
         VALUES ($1, $2, $3, $4, $5, '{}', 0, '{}', $6)`,
        [planId, namespace, chunk, idOf(first), idOf(first + chunkSize - 1), chunkSize],
      );
      await recordChanges(
        sql,
        { planId, namespace, sequence: chunk },
        { creates: [], updates: changes, problems: [], unchanged: 0, other: { texts: 0, tokens: 0 } },
      );
    });
  }
}

/** Milliseconds of what a review page asks of a plan of so many updates: pages from anywhere, filters, searches, counts. */
export async function review(
  updates: number,
  asked: number,
): Promise<{ fillSeconds: number; milliseconds: Record<string, number[]> }> {
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
    await fill(database, updates);
    await refreshStatistics(database);
    const fillSeconds = (performance.now() - started) / 1000;
    const anywhere = () => Math.floor(Math.random() * updates);
    const cursor = () => {
      const at = anywhere();
      const sequence = Math.floor(at / chunkSize);
      const namespace = `customer-${Math.floor((sequence * chunkSize * namespaces) / updates)}`;
      return Buffer.from(JSON.stringify(["update", ["place", namespace, sequence, at % chunkSize]])).toString(
        "base64url",
      );
    };
    const asks: Record<string, () => object> = {
      "a page anywhere": () => ({ kind: "update", cursor: cursor() }),
      "the first page of every kind": () => ({}),
      "a key that most have, anywhere": () => ({ key: "page", cursor: cursor() }),
      "a key that few have, anywhere": () => ({ key: "rare", sign: "+", cursor: cursor() }),
      "a key, a sign and text changed": () => ({ key: "renamed_to", sign: "+", textChanged: true, cursor: cursor() }),
      "a rare key with text unchanged": () => ({ key: "rare", textChanged: false }),
      "one namespace": () => ({ kind: "update", namespace: `customer-${anywhere() % namespaces}` }),
      "an ID": () => ({ search: idOf(anywhere()) }),
      "the beginning of IDs": () => ({ search: idOf(anywhere()).slice(0, 12) }),
    };
    const milliseconds: Record<string, number[]> = {};
    const measure = async (name: string, ask: () => Promise<unknown>) => {
      const began = performance.now();
      await ask();
      milliseconds[name] = [...(milliseconds[name] ?? []), performance.now() - began];
    };
    for (let round = 0; round < asked; round++) {
      for (const [name, ask] of Object.entries(asks))
        await measure(name, () => listChanges(ctx, listChangesInput.parse({ id: planId, ...ask() })));
      await measure("which keys differ", () => listChangeFacets(ctx, { id: planId, limit: 200 }));
    }
    return { fillSeconds, milliseconds };
  } finally {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}
