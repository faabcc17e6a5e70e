import { afterEach, expect, test } from "vitest";
import { openEmbedder } from "@/lib/embedders/registry";
import type { Reply } from "@/lib/scripted-server.suite";
import { openStores } from "@/lib/stores/registry";
import { type MatrixServer, openMatrixServer, recordsThere, type Trouble } from "./matrix-server.suite";
import { openWorld, type World } from "./testing";

let world: World;
let server: MatrixServer;
afterEach(async () => {
  await world.close();
  await server.close();
});

const refusal: Reply = {
  status: 400,
  json: {
    code: 3,
    message: "Not supported by this plan.",
    error: { code: 400, message: "Not supported by this plan." },
  },
};
const broken: Reply = {
  status: 500,
  json: { message: "Internal error encountered.", error: { code: 500, message: "Internal error encountered." } },
};
const noQuota: Reply = {
  status: 429,
  json: { error: { code: 429, message: "Quota exceeded, limit: 0, model: m. Please retry in 40s." } },
};
/** `Text of doc-007`, `doc-007`: one record, whatever the service is given of it. */
const hasBad = (subjects: readonly string[]) => subjects.some((subject) => subject.endsWith("doc-007"));
const poisoned =
  (role: string, reply: Reply): Trouble =>
  (call) =>
    call.role === role && hasBad(call.subjects) ? reply : undefined;
const always =
  (role: string, reply: Reply): Trouble =>
  (call) =>
    call.role === role ? reply : undefined;

type Expected = {
  state: string;
  code?: string;
  written?: number;
  skipped?: number;
  failed?: number;
  mostTexts?: number;
};
type Field = [service: string, trouble: string, script: Trouble, estimate: Expected, reembed: Expected];

const done = (written = recordsThere): Expected => ({ state: "succeeded", written, mostTexts: recordsThere });
const planned: Expected = { state: "succeeded" };
const stopped = (code: string, mostTexts = 0): Expected => ({
  state: "failed",
  code,
  written: 0,
  failed: 0,
  mostTexts,
});
const without = (how: "skipped" | "failed"): Expected => ({
  state: "succeeded-with-findings",
  written: recordsThere - 1,
  [how]: 1,
});
const found: Expected = { state: "succeeded-with-findings", skipped: 1 };

/**
 * What a service does x what a run becomes. Exit codes follow from the state (`succeeded` 0, with findings 1, `failed` 3). An estimate doesn't embed and
 * doesn't write, so troubles of these don't reach it. A shortfall of listings against statistics is tested where verdicts are.
 */
const fields: Field[] = [
  ["any", "none", () => undefined, planned, done()],
  ["embedder", "one poisoned, 500", poisoned("embed", broken), planned, without("failed")],
  ["embedder", "one poisoned, {}", poisoned("embed", { json: {} }), planned, without("failed")],
  ["embedder", "one poisoned, half an answer", poisoned("embed", "half"), planned, without("failed")],
  ["embedder", "all refused", always("embed", refusal), planned, stopped("refused-throughout")],
  ["embedder", "quota zero", always("embed", noQuota), planned, stopped("not-permitted")],
  ["target, upsert", "one poisoned, 500", poisoned("target.upsert", broken), planned, without("failed")],
  ["target, upsert", "all refused", always("target.upsert", refusal), planned, stopped("refused-throughout", 40)],
  [
    "target, upsert",
    "ready too early",
    (call) => (call.role === "target.upsert" && call.times <= 3 ? { status: 404, text: "" } : undefined),
    planned,
    done(),
  ],
  [
    "target, list",
    "not permitted",
    always("target.list", { status: 402, json: { message: "Pay." } }),
    stopped("not-permitted"),
    stopped("not-permitted"),
  ],
  ["source, fetch", "one poisoned, 500", poisoned("source.fetch", broken), found, without("skipped")],
  [
    "source, fetch",
    "all refused",
    always("source.fetch", refusal),
    stopped("refused-throughout"),
    stopped("refused-throughout"),
  ],
  [
    "source, list",
    "empty pages without end",
    (call) =>
      call.role === "source.list" ? { json: { vectors: [], pagination: { next: `t${call.times}` } } } : undefined,
    stopped("endless"),
    stopped("endless"),
  ],
  [
    "source, list",
    "pages in circles",
    (call) =>
      call.role === "source.list"
        ? { json: { vectors: [], pagination: { next: call.token === "a" ? "b" : "a" } } }
        : undefined,
    stopped("endless"),
    stopped("endless"),
  ],
];

async function outcomeOf(script: Trouble, kind: "plan" | "reembed") {
  server = await openMatrixServer(script);
  world = await openWorld({
    environment: {
      PINECONE_API_KEY: "pk",
      PINECONE_CONTROLLER_HOST: server.url,
      GOOGLE_AI_API_KEY: "gk",
      GOOGLE_GEMINI_BASE_URL: server.url,
      GEMINI_OUTPUT_DIMENSIONS: "8",
      EMBEDDING_BATCH_SIZE: "20",
    },
  });
  Object.assign(world.parts, openStores(world.config), { embedder: openEmbedder(world.config) });
  await world.work();
  const runId = await world.start({ kind, namespaces: ["n"] });
  return world.until(runId, ["succeeded", "succeeded-with-findings", "failed", "cancelled"]);
}

function expectOutcome(run: Awaited<ReturnType<typeof outcomeOf>>, { code, mostTexts, ...expected }: Expected): void {
  expect(run).toMatchObject(expected);
  if (code !== undefined) expect(run.error).toMatchObject({ code });
  if (mostTexts !== undefined) expect(server.texts()).toBeLessThanOrEqual(mostTexts);
}

test.each(fields)("%s, %s: an estimate ends right, and embeds and writes nothing", async (_s, _t, script, expected) => {
  expectOutcome(await outcomeOf(script, "plan"), expected);
  expect([server.texts(), server.stored().length]).toEqual([0, 0]);
});

test.each(fields)("%s, %s: a re-embedding ends right", async (_service, _trouble, script, _estimate, expected) => {
  const run = await outcomeOf(script, "reembed");
  expectOutcome(run, expected);
  expect(server.stored()).toHaveLength(expected.written ?? 0);
});
