import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseEnv } from "node:util";
import { Worker } from "node:worker_threads";
import { afterAll, expect, it } from "vitest";
import type { SwitchFile } from "@/lib/shapes/cut-over/switch";
import { runHook } from "./run-hook";
import { envText, readSwitchFile, switchPaths, writeSwitchFiles } from "./switch-file";

const folder = mkdtempSync(path.join(os.tmpdir(), "portage-switch-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const backend = (side: "source" | "target", index: string): SwitchFile["active"] => ({
  ...{ side, backend: side === "target" ? "pgvector" : "chromadb", index, metric: "cosine", dimension: 3072 },
  model: side === "target" ? "a model's name" : null,
  sql:
    side === "source"
      ? null
      : {
          ...{ schema: "public", table: index, id: "id", column: "embedding", metadata: "metadata", namespace: null },
          ...{ cast: "halfvec(3072)", operator: "<=>" },
        },
});
const file = (generation: number): SwitchFile => ({
  ...{
    version: 1,
    route: "notes",
    generation,
    plan: null,
    verdict: "gate-1",
    at: "2026-11-30T00:00:00Z",
    by: "cli:me",
  },
  ...{ active: backend("target", "articles"), previous: backend("source", "old ".repeat(generation * 500)) },
});
const paths = switchPaths(path.join(folder, "made"), "notes");

it("gives an application the same as variables, whatever characters stand in them", async () => {
  await writeSwitchFiles(paths, file(1));
  expect(await readSwitchFile(paths.json)).toEqual(file(1));
  expect(parseEnv(readFileSync(paths.env, "utf8"))).toMatchObject({
    ...{ VECTOR_BACKEND: "pgvector", VECTOR_INDEX: "articles", VECTOR_CAST: "halfvec(3072)", VECTOR_OPERATOR: "<=>" },
    ...{
      VECTOR_MODEL: "a model's name",
      VECTOR_VERDICT: "gate-1",
      VECTOR_PLAN: "",
      VECTOR_PREVIOUS_BACKEND: "chromadb",
    },
  });
  const within = { column: "collection_id", type: "uuid", value: "it's 'quoted'" };
  const table = backend("target", "articles");
  const shared: SwitchFile["active"] = {
    ...table,
    namespaces: { pairs: { old: "new" } },
    sql: table.sql && { ...table.sql, namespaceKey: "tenant", within },
  };
  expect(parseEnv(envText({ ...file(2), active: backend("source", "old"), previous: shared }))).toMatchObject({
    ...{ VECTOR_SIDE: "source", VECTOR_TABLE: "", VECTOR_WITHIN_VALUE: "", VECTOR_GENERATION: "2" },
    ...{ VECTOR_PREVIOUS_ID_COLUMN: "id", VECTOR_PREVIOUS_NAMESPACE_KEY: "tenant", VECTOR_PREVIOUS_OPERATOR: "<=>" },
    ...{ VECTOR_PREVIOUS_NAMESPACES: '{"pairs":{"old":"new"}}', VECTOR_PREVIOUS_WITHIN_COLUMN: "collection_id" },
    ...{ VECTOR_PREVIOUS_WITHIN_TYPE: "uuid", VECTOR_PREVIOUS_WITHIN_VALUE: "it's 'quoted'" },
  });
  expect(envText({ ...file(1), plan: "a\nVECTOR_BACKEND=evil" })).not.toMatch(/^VECTOR_BACKEND=evil/m);
});

it("never shows half a file to who reads while it is replaced", async () => {
  // In a thread of its own: reading within this one's turns would never meet a replacement half done.
  const reader = new Worker(
    `const { readFileSync } = require("node:fs"); const { parentPort, workerData } = require("node:worker_threads");
     let reads = 0, torn = 0, stopped = false; const seen = new Set();
     parentPort.once("message", () => { stopped = true; });
     const turn = () => { for (let at = 0; at < 50; at++) { reads++;
         try { seen.add(JSON.parse(readFileSync(workerData.json, "utf8")).generation); if (!readFileSync(workerData.env, "utf8").endsWith("\\n")) torn++; }
         catch { torn++; } }
       if (stopped) parentPort.postMessage({ reads, torn, seen: seen.size }); else setImmediate(turn); };
     parentPort.postMessage("ready"); turn();`,
    { eval: true, workerData: paths },
  );
  await new Promise((resolve) => reader.once("message", resolve));
  for (let generation = 2; generation < 60; generation++) await writeSwitchFiles(paths, file(generation));
  const told = new Promise((resolve) => reader.once("message", resolve));
  reader.postMessage("stop");
  expect(await told).toMatchObject({ torn: 0, seen: expect.toSatisfy((count: number) => count > 5) });
  await reader.terminate();
  expect(readdirSync(path.dirname(paths.json)).sort()).toEqual(["notes.env", "notes.json"]);
});

it("leaves both files as they were when one of them can't be written", async () => {
  const before = readFileSync(paths.env, "utf8");
  const blocked = { ...paths, json: path.join(folder, "blocked") };
  await mkdir(blocked.json);
  await mkdir(path.join(blocked.json, "within"));
  await expect(writeSwitchFiles(blocked, file(99))).rejects.toThrow();
  expect(readFileSync(paths.env, "utf8")).toBe(before);
  expect(readdirSync(path.dirname(paths.env)).filter((name) => name.endsWith(".part"))).toEqual([]);
  await chmod(path.dirname(paths.json), 0o755);
  expect(await readSwitchFile(path.join(folder, "nothing"))).toBeNull();
});

it("tells a hook what happened and says how it ended, with none of this process's secrets", async () => {
  process.env.PINECONE_API_KEY = "must-not-be-told";
  const ended = await runHook(
    'echo "$PORTAGE_SWITCH_TO $PORTAGE_SWITCH_BACKEND $PORTAGE_SWITCH_GENERATION"; env',
    paths,
    file(3),
  );
  delete process.env.PINECONE_API_KEY;
  expect(ended.ok).toBe(true);
  expect(ended.words).not.toContain("must-not-be-told");
  const [told] = [
    await runHook('echo "$PORTAGE_SWITCH_TO $PORTAGE_SWITCH_BACKEND $PORTAGE_SWITCH_GENERATION"', paths, file(3)),
  ];
  expect(told?.words).toBe("The hook ended well. It said: target pgvector 3");
  expect(await runHook("echo no; exit 7", paths, file(3))).toEqual({
    ok: false,
    words: "The hook ended with code 7. It said: no",
  });
  expect(await runHook("sleep 30 & wait", paths, file(3), 0.2)).toMatchObject({
    ok: false,
    words: "The hook was ended after 0.2 s.",
  });
});
