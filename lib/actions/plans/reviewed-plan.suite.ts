import { expect } from "vitest";
import { openWorld, record, type World } from "@/lib/runs/testing/testing";
import type { Change } from "@/lib/shapes/plans/change";
import type { Context } from "../verbs/context";
import type { ChangeFilters } from "./change-input";
import { listChanges } from "./list-changes";
import { planMirror } from "./plan-mirror";

export const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
export const namespaces = ["", "beta", "gamma"];

/** A plan over three namespaces with changes of every kind: creates, updates of all signs, with and without another text, orphans, problems. */
export async function openReviewed(): Promise<{ world: World; ctx: Context; id: string }> {
  const world = await openWorld();
  const { config, database, source, target, embedder, documents, log } = world.parts;
  const ctx: Context = {
    config,
    database,
    source,
    target,
    embedder,
    documents,
    log,
    wake: async () => {},
    actor: "cli:test",
  };
  for (const [at, namespace] of namespaces.entries()) {
    const ids = Array.from({ length: 60 }, (_, number) => `doc${number % 2}-${String(number).padStart(4, "0")}`);
    world.source.put(
      { index: "old", namespace },
      ids.flatMap((one, number) =>
        number % 7 === 0
          ? []
          : [
              record(one, {
                ...(number % 11 === 1 ? {} : { text: number % 5 === 0 ? "new" : "same" }),
                page: number % 3,
                ...(number % 4 === 0 ? { added: "x".repeat(1000) } : {}),
              }),
            ],
      ),
    );
    world.target.put(
      { index: "new", namespace },
      ids.flatMap((one, number) =>
        number % (6 + at) === 1
          ? []
          : [
              {
                id: one,
                values: Array(16).fill(0.5),
                metadata: { text: "same", page: 0, ...(number % 9 === 0 ? { gone: true } : {}) },
              },
            ],
      ),
    );
  }
  await world.work();
  const { plan, run } = await planMirror(ctx, { all: true });
  await world.until(run.id, ended);
  return { world, ctx, id: plan.id };
}

/** All changes that match, read in pages of so many. */
export async function allChanges(
  ctx: Context,
  id: string,
  filters: Omit<ChangeFilters, "id">,
  limit = 7,
): Promise<Change[]> {
  const changes: Change[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await listChanges(ctx, { id, ...filters, limit, ...(cursor === undefined ? {} : { cursor }) });
    changes.push(...page.changes);
    if (page.next === null) expect(changes).toHaveLength(page.matching);
    if (page.next === null) return changes;
    cursor = page.next;
  }
}
