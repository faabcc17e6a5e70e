import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, vi } from "vitest";
import { switchFileSchema } from "@/lib/shapes/cut-over/switch";
import type { VectorRecord } from "@/lib/stores/contract";
import { limits } from "@/scripts/test/limits.mjs";
import { startGateInput } from "../gate/prepare-gate";
import { showGate } from "../gate/show-gate";
import { startGate } from "../gate/start-gate";
import { addRoute } from "../routes/add-route";
import { copy, openRouteWorld, type RouteWorld, route } from "../routes/route-world.suite";
import { parseInput } from "../verbs/parse-input";
import { switchRoute, switchRouteInput } from "./switch-route";

/** A route that copies, over the vendors' own clients: checked once, then switched in every way. */
export let world: RouteWorld;
export let folder: string;
export const name = "notes";
export const json = () => path.join(folder, `${name}.json`);
export const told = () => switchFileSchema.parse(JSON.parse(readFileSync(json(), "utf8")));

export const records: VectorRecord[] = Array.from({ length: 70 }, (_, at) => ({
  id: `r${at}`,
  values: [Math.sin(at), Math.cos(at * 3), Math.sin(at * 7 + 1)],
  metadata: { text: `text ${at}` },
}));

/** Opens it once for all tests of a file. */
export function openSwitchForAll(): void {
  beforeAll(async () => {
    world = await openRouteWorld();
    folder = path.join(world.dataDir, "switch");
    world.ctx.config.switching.folder = folder;
    await world.index("from", 3);
    await world.index("to", 3);
    for (const index of ["from", "to"]) await world.target.upsert({ index, namespace: "a" }, records);
    await addRoute(world.ctx, route(name, "other:from", "target:to", { vectors: copy }));
  });
  afterAll(() => world.close());
}

export const change = (to: string, more: object = {}) =>
  switchRoute(world.ctx, parseInput(switchRouteInput, { name, to, ...more }));
export const against = async (to: string) => (await change(to, { dryRun: true })).against.map(({ code }) => code);

export async function check(more: object = {}) {
  const begun = await startGate(world.ctx, parseInput(startGateInput, { route: name, n: 50, k: 5, ...more }));
  await vi.waitFor(async () => expect((await showGate(world.ctx, { id: begun.id })).state).toBe("ended"), limits.run);
  return showGate(world.ctx, { id: begun.id });
}

let plans = 0;
/** A mirror plan as the engine leaves it behind. */
export async function compared(
  given: {
    changes?: number;
    state?: string;
    namespaces?: string[];
    gaps?: object;
    warnings?: object[];
    back?: boolean;
    minutesAgo?: number;
  } = {},
) {
  const { changes = 0, state = "ready", namespaces = ["a"], gaps, warnings = [], back = false, minutesAgo = 0 } = given;
  const [source, target] = back ? ["to", "from"] : ["from", "to"];
  const id = `plan-${++plans}`;
  await world.ctx.database.prisma.plan.create({
    data: {
      ...{
        id,
        kind: "mirror",
        state,
        namespaces,
        creates: changes,
        settingsHash: "",
        createdBy: "cli:test",
        ...(gaps && { gaps }),
        warnings,
      },
      settings: {
        source: { index: source },
        target: { index: target },
        route: { name: back ? "notes-back" : name, revision: 1 },
      },
      readyAt: new Date(Date.now() - minutesAgo * 60_000),
    },
  });
  return id;
}
