import { readPlan } from "@/lib/actions/plans/plan-view";
import { readRun } from "@/lib/actions/runs/run-view";
import { gapsCode } from "@/lib/cli/commands/mirror";
import { exitCodeFor } from "@/lib/cli/report-run";
import { openEmbedder } from "@/lib/embedders/registry";
import type { Plan } from "@/lib/shapes/plans/plan";
import { wordOf } from "@/lib/shapes/runs/verdict-words";
import { openStores } from "@/lib/stores/registry";
import { openWorld, type RunRow, type World } from "../testing/testing";
import { apply, ended, planned } from "../testing/testing-mirror";
import { troublesOf } from "./matrix-troubles.suite";
import { type MatrixServer, openMatrixServer, recordOf, recordsThere, type Trouble } from "./matrix-world.suite";

export const operations = ["estimate", "re-embed", "mirror plan", "apply", "verify"] as const;
export type Operation = (typeof operations)[number];

const edited = 5;
/** Of a run that fails: statistics are asked for last, when all was embedded. */
const mostPaid = 35;

const sideBySide = 3;
/** How long a write that isn't seen is waited for. */
const settledWithinMs = 100;

/** How the operation ends under each trouble of the service, by its name; several worlds at a time, each with services and a database of its own. */
export async function outcomesOf(operation: Operation, service: string): Promise<Record<string, string>> {
  const left = troublesOf(service);
  const outcomes: Record<string, string> = {};
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [name, script] = next;
      outcomes[name] = await outcomeOf(operation, script);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, work));
  return outcomes;
}

/** Carries the operation out in a world of its own, where a service has the trouble, from the operation's first request on. */
async function outcomeOf(operation: Operation, trouble: Trouble): Promise<string> {
  const server = await openMatrixServer(operation === "verify" ? recordsThere : undefined);
  const world = await openWorld({
    environment: {
      PINECONE_API_KEY: "pk",
      PINECONE_CONTROLLER_HOST: server.url,
      GOOGLE_AI_API_KEY: "gk",
      GOOGLE_GEMINI_BASE_URL: server.url,
      GEMINI_OUTPUT_DIMENSIONS: "8",
      EMBEDDING_BATCH_SIZE: "10",
    },
  });
  try {
    const stores = openStores(world.config);
    const { target } = stores;
    // Shortened as all waits are here: it goes by the clock.
    const settle: typeof target.settle = (place, receipt, options) =>
      target.settle(place, receipt, { ...options, timeoutMs: settledWithinMs });
    Object.assign(world.parts, stores, { target: { ...target, settle }, embedder: openEmbedder(world.config) });
    // Without chores: the first sweep asks both indexes by itself, and what it learns before the trouble is there would be remembered.
    await world.work({ schedules: false });
    const runId = await begin(operation, world, server, trouble);
    const run = await world.until(runId, ended);
    const writes = server.writes();
    if (writes > 0 !== run.written > 0 || (run.state === "failed" && server.texts() > mostPaid))
      throw new Error(
        `${run.written} records are said to be written, ${writes} were; ${server.texts()} texts were paid for`,
      );
    return await lineOf(world, runId, run);
  } finally {
    await world.close();
    await server.close();
  }
}

async function begin(operation: Operation, world: World, server: MatrixServer, trouble: Trouble): Promise<string> {
  if (operation === "mirror plan" || operation === "apply")
    for (const id of [...server.stored.keys()].slice(0, edited))
      server.stored.set(id, { ...recordOf(id), metadata: { text: "Old text." } });
  if (operation === "apply") {
    const planId = await planned(world);
    server.trouble(trouble);
    const { runId } = await apply(world, planId);
    return runId ?? "";
  }
  server.trouble(trouble);
  if (operation === "verify") return world.start({ kind: "verify", namespaces: ["n"] });
  if (operation === "re-embed") return world.start({ kind: "reembed", namespaces: ["n"] });
  const planKind = operation === "mirror plan" ? "mirror" : "reembed";
  return world.start({ kind: "plan", planKind, namespaces: ["n"] });
}

/** `succeeded, verified, 30 written, exit 0`; `failed: malformed, exit 3`. */
async function lineOf(world: World, runId: string, row: RunRow): Promise<string> {
  const run = await readRun(world.database, runId);
  if (row.state === "failed")
    return `failed: ${run.error?.code ?? "no code"}, exit ${exitCodeFor({ run, interrupted: false })}`;
  const counts = [
    row.written > 0 && `${row.written} written`,
    row.skipped > 0 && `${row.skipped} skipped`,
    row.failed > 0 && `${row.failed} failed`,
    row.drifted > 0 && `${row.drifted} drifted`,
  ];
  if (run.kind === "plan") {
    const plan = await readPlan(world.database, run.planId ?? "");
    return [row.state, planWords(plan), `exit ${gapsCode(plan)}`].join(", ");
  }
  const verdict = row.verdict ? wordOf(row.verdict) : "no verdict";
  return [
    row.state,
    verdict,
    ...counts.filter((words) => words !== false),
    `exit ${exitCodeFor({ run, interrupted: false })}`,
  ].join(", ");
}

function planWords({ counts, gaps }: Plan): string {
  const words = [
    `${counts.create} to create`,
    counts.update > 0 && `${counts.update} to update`,
    counts.problem > 0 && `${counts.problem} problems`,
    counts.orphan > 0 && `${counts.orphan} only in the target`,
    gaps !== undefined && "short listing",
  ];
  return words.filter((word) => word !== false).join(", ");
}
