import { type APIRequestContext, expect } from "@playwright/test";
import { z } from "zod";
import { type NamespaceRow, namespacePageSchema } from "../../lib/shapes/namespaces/namespaces";
import { planSchema } from "../../lib/shapes/plans/plan";
import { finalRunStates, type Run, runSchema } from "../../lib/shapes/runs/run";
import { limits } from "../../scripts/test/limits.mjs";

/** Records of a namespace that the target lacks, by count. */
export function left(row: NamespaceRow): number {
  return (row.source?.value ?? 0) - (row.target?.value ?? 0);
}

/** Namespaces with records left, the one with most first; counts are read again. */
export async function namespacesLeft(request: APIRequestContext): Promise<NamespaceRow[]> {
  await request.post("/api/v1/namespaces/refresh", { data: {} });
  const answer = await request.get("/api/v1/namespaces/browse?only=left&sort=difference&direction=descending");
  return namespacePageSchema.parse(await answer.json()).rows;
}

/** A named namespace with few records left: a run over it ends in seconds. */
export async function smallNamespace(request: APIRequestContext): Promise<NamespaceRow> {
  const rows = await namespacesLeft(request);
  const row = rows.filter(({ name }) => /^[0-9a-f-]{36}$/.test(name)).at(-1);
  if (!row) throw new Error("The sandbox has no small namespace with records left.");
  return row;
}

/** Starts a re-embedding over HTTP, for tests that begin in mid-run. */
export async function startRun(request: APIRequestContext, namespaces: string[], batchSize = 100): Promise<Run> {
  const answer = await request.post("/api/v1/reembed", { data: { namespaces, batchSize, yes: true } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return z.object({ run: runSchema }).parse(await answer.json()).run;
}

/** Makes a plan over HTTP. */
export async function startPlan(request: APIRequestContext, input: { namespaces: string[] } | { all: true }) {
  const answer = await request.post("/api/v1/reembed/plan", { data: input });
  expect(answer.ok(), await answer.text()).toBe(true);
  return z.object({ plan: planSchema, run: runSchema }).parse(await answer.json());
}

/** Makes a mirroring's plan over HTTP: the run that analyses goes on. */
export async function startMirrorPlan(request: APIRequestContext, namespaces: string[]) {
  const answer = await request.post("/api/v1/mirror/plan", { data: { namespaces } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return z.object({ plan: planSchema, run: runSchema }).parse(await answer.json());
}

export async function showRun(request: APIRequestContext, id: string): Promise<Run> {
  return runSchema.parse(await (await request.get(`/api/v1/runs/${id}`)).json());
}

/** Waits until the run is over; answers it. */
export async function untilOver(request: APIRequestContext, id: string): Promise<Run> {
  await expect
    .poll(async () => finalRunStates.includes((await showRun(request, id)).state), { timeout: limits.runSeen })
    .toBe(true);
  return showRun(request, id);
}

/** Leaves nothing running behind a test. */
export async function cancelRun(request: APIRequestContext, id: string): Promise<void> {
  await request.post(`/api/v1/runs/${id}/cancel`, { data: {} });
  await untilOver(request, id);
}
