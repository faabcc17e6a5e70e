import type { VectorTarget } from "@/lib/stores/contract";
import { type SettingOverrides, settingsFor } from "../lifecycle/settings";
import { records, type World } from "../testing/testing";

export const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
export const old = { index: "old", namespace: "n" };
export const target = { index: "new", namespace: "n" };
export const copied = (count: number, more: object = {}) =>
  records(count).map(({ id, metadata }) => ({
    id,
    values: Array(16).fill(0.5),
    metadata: { ...metadata, clearance_level: 1 },
    ...more,
  }));
export const swapped = [
  ["doc-00000", "vector-differs"],
  ["doc-00001", "vector-differs"],
];

/** What these tests do with the world that is open. */
export function readBackHands(open: () => World) {
  async function verified(overrides: SettingOverrides) {
    const settings = settingsFor(open(), { reembedSample: 0, ...overrides });
    const runId = await open().start({ kind: "verify", namespaces: ["n"], overrides: settings });
    const run = await open().until(runId, ended);
    const found = await open().database.prisma.finding.findMany({ where: { runId }, orderBy: { recordId: "asc" } });
    return { run, found: found.map(({ recordId, kind, reason }) => [recordId, kind, reason]) };
  }

  /** As a target that says yes and keeps something else. */
  function keeping(change: (id: string) => void): VectorTarget {
    return {
      ...open().target,
      upsert: async (...call) => {
        const answer = await open().target.upsert(...call);
        for (const id of answer.accepted) change(id);
        return answer;
      },
    };
  }

  /** A target that keeps the first two vectors of every write in each other's place. */
  const swapping = (): VectorTarget => ({
    ...open().target,
    upsert: (place, [first, second, ...others], options) =>
      open().target.upsert(
        place,
        first && second
          ? [{ ...first, values: second.values }, { ...second, values: first.values }, ...others]
          : [first, second, ...others].flatMap((one) => one ?? []),
        options,
      ),
  });
  const findingsOf = async (runId: string) => {
    const found = await open().database.prisma.finding.findMany({ where: { runId }, orderBy: { recordId: "asc" } });
    return found.map(({ recordId, reason }) => [recordId, reason]);
  };
  return { verified, keeping, swapping, findingsOf };
}
