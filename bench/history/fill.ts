import path from "node:path";
import type { Database } from "@/lib/db/contract";
import { startHere } from "@/lib/db/embedded/start-here";
import { openRunning } from "@/lib/db/open";

export type Filled = { runs: number; findings: number; last: string };

/** Puts a long history into an unused data directory: runs with segments, findings, log lines and readings, by statements of the database alone. */
export async function fill(dataDir: string, runs: number, findings: number): Promise<Filled> {
  const database = await openRunning(await startHere({ folder: path.join(dataDir, "database") }));
  const filled = await fillDatabase(database, runs, findings);
  await database.close();
  return filled;
}

/** The same into a database that is open. */
export async function fillDatabase(database: Database, runs: number, findings: number): Promise<Filled> {
  const settings = JSON.stringify({
    source: { index: "gflops-serverless" },
    target: { index: "askdona" },
    embedder: { model: "gemini-embedding-001", dimension: 3072, task: "RETRIEVAL_DOCUMENT" },
    clearanceLevel: 1,
    targetOwnedKeys: ["clearance_level"],
    textKey: "text",
    longTextPolicy: "truncate",
    updatePolicy: "when-text-changed",
    only: "both",
    queryBatchSize: 100,
    embeddingBatchSize: 100,
    upsertBatchSize: 100,
    batchDelaySeconds: 0,
    limit: null,
    verifySample: 200,
    verifyFull: false,
    reembedSample: 5,
  });
  const each = Math.floor(findings / runs);
  const at = `now() - n * interval '1 hour'`;
  const statements: [string, unknown[]][] = [
    [
      `INSERT INTO "Run" ("id", "kind", "state", "settings", "settingsHash", "namespaces", "startedBy", "createdAt", "startedAt", "endedAt")
       SELECT 'run-' || n, CASE WHEN n % 3 = 0 THEN 'verify' ELSE 'reembed' END, CASE WHEN n % 2 = 0 THEN 'succeeded' ELSE 'succeeded-with-findings' END,
              $1::jsonb, 'h' || n, ARRAY['customer-' || n % 200], 'cli:bench', ${at}, ${at}, ${at} + interval '9 minutes'
         FROM generate_series(1, $2::int) n`,
      [settings, runs],
    ],
    [
      `INSERT INTO "Segment" ("runId", "namespace", "position", "state", "listed", "total", "written", "skipped", "endedAt")
       SELECT 'run-' || n, 'customer-' || n % 200, 0, 'done', true, 1000, 1000 - $2::int, $2::int, ${at} FROM generate_series(1, $1::int) n`,
      [runs, each],
    ],
    [
      `INSERT INTO "Finding" ("runId", "namespace", "recordId", "kind", "reason", "detail", "at")
       SELECT 'run-' || n, 'customer-' || n % 200, 'doc_' || n || '_chunk_' || k, 'skipped', CASE WHEN k % 2 = 0 THEN 'no-text' ELSE 'empty-text' END,
              'The key text holds nothing that could be embedded.', ${at} FROM generate_series(1, $1::int) n, generate_series(1, $2::int) k`,
      [runs, each],
    ],
    [
      `INSERT INTO "Event" ("runId", "namespace", "level", "channel", "actor", "code", "message", "at")
       SELECT 'run-' || n, 'customer-' || n % 200, 'info', CASE WHEN k % 5 = 0 THEN 'timeline' ELSE 'log' END, 'engine', 'note', 'Line ' || k, ${at}
         FROM generate_series(1, $1::int) n, generate_series(1, 20) k`,
      [runs],
    ],
    [
      `INSERT INTO "Attention" ("id", "key", "standing", "cause", "level", "runId", "runKind", "target", "places", "what", "next", "href", "records", "solvedAt", "solvedBy")
       SELECT 'attention-' || n, 'run-findings:run-' || n, NULL, 'run-findings', 'warn', 'run-' || n, 'reembed', 'askdona', ARRAY['customer-' || n % 200],
              'run-' || n || ' left records out.', 'Look at its findings.', '/runs/run-' || n, $2::int, now(), 'bench' FROM generate_series(1, $1::int) n`,
      [runs, each],
    ],
    [`ANALYZE`, []],
  ];
  for (const [text, values] of statements) await database.run(text, values);
  return { runs, findings: each * runs, last: "run-1" };
}
