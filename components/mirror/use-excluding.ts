"use client";

import { useQueryClient } from "@tanstack/react-query";
import { exclude } from "@/app/actions/mirroring";
import { useAct } from "@/components/data/act";
import type { ChangeFilters } from "@/components/data/mirror-queries";
import { planQuery } from "@/components/data/queries";
import { toast } from "@/components/ui/toast";
import { manyWords } from "@/components/words/figures";
import type { Change } from "@/lib/shapes/plans/change";
import type { Plan } from "@/lib/shapes/plans/plan";
import { changeName } from "./use-changes";

/** Under which the cache holds the plan's revision as this page made it: any other is somebody else's doing. */
export const ownRevision = (planId: string) => ["own revision", planId];

/** Taking changes out of a plan and back in: some by name, or all that filters mean. */
export function useExcluding(
  plan: Plan,
  shown: { filters: ChangeFilters; mark(names: ReadonlySet<string>, excluded: boolean): void },
) {
  const client = useQueryClient();
  const excluding = useAct(exclude, ({ plan: next }) => {
    client.setQueryData(ownRevision(plan.id), next.revision);
    client.setQueryData(planQuery(plan.id).queryKey, next);
  });
  /** What was asked for isn't true any more: somebody approved the plan, or it grew too old. */
  const refused = () => void client.invalidateQueries({ queryKey: planQuery(plan.id).queryKey });
  const listsMoved = () => {
    void client.invalidateQueries({ queryKey: ["changes", plan.id] });
    void client.invalidateQueries({ queryKey: ["facets", plan.id] });
  };

  const some = async (changes: readonly Change[], include: boolean): Promise<boolean> => {
    try {
      const places = Map.groupBy(changes, ({ namespace, index }) => JSON.stringify([namespace, index]));
      for (const here of places.values()) {
        const [{ namespace, index } = { namespace: "", index: undefined }] = here;
        const records = here.map((change) => change.id);
        await excluding.mutateAsync({ id: plan.id, namespace, records, include, ...(index ? { index } : {}) });
      }
    } catch {
      refused();
      return false;
    }
    // A list of excluded records, or of those that aren't, has others now.
    if (shown.filters.excluded !== null) listsMoved();
    else shown.mark(new Set(changes.map(changeName)), !include);
    return true;
  };
  const matching = async (include: boolean): Promise<boolean> => {
    const { search, ...rest } = shown.filters;
    const given = Object.entries({ ...rest, search: search || null }).filter(([, value]) => value !== null);
    try {
      const { moved } = await excluding.mutateAsync({ id: plan.id, ...Object.fromEntries(given), include });
      toast(`${manyWords(moved, "record")} ${include ? "included again" : "excluded"}.`);
      listsMoved();
      return true;
    } catch {
      refused();
      return false;
    }
  };
  return { some, matching, busy: excluding.isPending };
}
