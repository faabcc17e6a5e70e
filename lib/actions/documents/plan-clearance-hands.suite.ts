import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { z } from "zod";
import type { Subject } from "@/lib/documents/suite/workbench.suite";
import { isOperatorError } from "@/lib/operator-error";
import type { Plan } from "@/lib/shapes/plans/plan";
import { listChanges, listChangesInput } from "../plans/list-changes";
import { showPlan } from "../plans/show-plan";
import { showRun } from "../runs/show-run";
import type { Context } from "../verbs/context";
import { planClearance, planClearanceInput } from "./plan-clearance";

export const properties = {
  namespace: { type: "keyword" },
  clearance_level: { type: "integer" },
  text: { type: "text" },
};
const versionsSchema = z.object({
  hits: z.object({ hits: z.array(z.object({ _id: z.string(), _seq_no: z.number(), _source: z.unknown() })) }),
});

/** What tests of planning do with the server and the world that are open. */
export function planHands(subject: () => Subject, ctx: () => Context) {
  const prefix = `portage-plan-${randomUUID().slice(0, 8)}`;
  const made: string[] = [];
  const must = async (method: string, path: string, body?: unknown) => {
    const answer = await subject().ask(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const create = async (mappings: object = { properties }) => {
    const index = `${prefix}-${made.length}`;
    made.push(index);
    await must("PUT", `/${index}`, { mappings, settings: { number_of_replicas: 0 } });
    return index;
  };
  const put = (index: string, id: string, source: object) =>
    must("PUT", `/${index}/_doc/${encodeURIComponent(id)}?refresh=true`, source);
  const fill = async (documents: Record<string, object>, mappings?: object) => {
    const index = await create(mappings);
    for (const [id, source] of Object.entries(documents)) await put(index, id, source);
    return index;
  };
  const stored = async (index: string) => {
    const body = await must("POST", `/${index}/_search`, {
      size: 1000,
      seq_no_primary_term: true,
      query: { match_all: {} },
    });
    const hits = versionsSchema.parse(body).hits.hits.map((hit) => [hit._id, hit._seq_no, hit._source]);
    return JSON.stringify(hits.sort());
  };
  const ended = async (runId: string) => {
    for (let waited = 0; waited < 30_000; waited += 20) {
      const run = await showRun(ctx(), { id: runId });
      if (["succeeded", "succeeded-with-findings", "failed"].includes(run.state)) return run;
      await delay(20);
    }
    throw new Error(`${runId} didn't end`);
  };
  const plan = async (index: string, input: object = {}): Promise<Plan> => {
    const begun = await planClearance(ctx(), planClearanceInput.parse({ all: true, index, ...input }));
    const run = await ended(begun.run.id);
    expect(run.error).toBeNull();
    return showPlan(ctx(), { id: begun.plan.id });
  };
  const codeOf = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      if (isOperatorError(error)) return error.code;
      throw error;
    }
    return "none";
  };
  const changes = async (id: string) => (await listChanges(ctx(), listChangesInput.parse({ id }))).changes;
  const removeAll = async () => {
    for (const index of made) await subject().ask("DELETE", `/${index}`);
  };
  return { prefix, must, create, put, fill, stored, ended, plan, codeOf, changes, removeAll };
}
