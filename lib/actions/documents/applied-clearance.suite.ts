import { expect } from "vitest";
import type { ClearanceSettings } from "@/lib/shapes/documents/clearance";
import type { Plan } from "@/lib/shapes/plans/plan";
import type { Run } from "@/lib/shapes/runs/run";
import type { ClearanceWorld, Stored } from "./clearance-world.suite";

/** Small batches, so that few documents take many requests. */
export const batch = 20;

/** A plan whose run sends small batches, or works under other settings than usual. */
export async function planned(
  world: ClearanceWorld,
  index: string,
  input: object = {},
  settings: Partial<ClearanceSettings> = {},
): Promise<Plan> {
  const plan = await world.plan(index, input);
  await world.ctx.database.run(`UPDATE "Plan" SET "settings" = "settings"::jsonb || $2::jsonb WHERE "id" = $1`, [
    plan.id,
    JSON.stringify({ batchDocuments: batch, ...settings }),
  ]);
  return plan;
}

export const outcomeOf = ({ state, total, outcome }: Run) => ({ state, total, ...outcome });

/** What a plan's application leaves: everything as it was but for the documents named, which hold the value at the next version. */
export function expectOnly(
  before: ReadonlyMap<string, Stored>,
  after: ReadonlyMap<string, Stored>,
  changed: (source: Record<string, unknown>, id: string) => boolean,
): void {
  expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
  for (const [id, { version, source }] of before) {
    const set = changed(source, id);
    const wanted = set ? { version: version + 1, source: { ...source, clearance_level: 1 } } : { version, source };
    expect(after.get(id), id).toEqual(wanted);
    // No key moved, either.
    if (!set) expect(JSON.stringify(after.get(id)?.source)).toBe(JSON.stringify(source));
  }
}

export const lacks = (source: Record<string, unknown>) => !("clearance_level" in source);

/** What a run left alone, and why, by ID. */
export async function findingsOf(world: ClearanceWorld, run: Run) {
  const rows = await world.ctx.database.prisma.finding.findMany({
    where: { runId: run.id },
    orderBy: { recordId: "asc" },
  });
  return rows.map(({ recordId, kind, reason, detail }) => ({ id: recordId, kind, reason, detail }));
}
