import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { fetchShape, withSearch } from "@/components/data/fetch-shape";
import { planKindWords, planStateWords } from "@/components/words/change";
import { namespaceWords } from "@/components/words/figures";
import { runKindWords, runStateWords } from "@/components/words/run";

export type Found = { id: string; what: "Run" | "Plan" | "Namespace"; name: string; note: string; href: string };

const most = 5;

/** Runs, plans and namespaces that have what is typed in their ID or name, a few of each. */
async function find(typed: string, signal: AbortSignal): Promise<Found[]> {
  const asked = { search: typed, limit: most };
  const [{ runs }, { plans }, { rows }] = await Promise.all([
    fetchShape(withSearch("/runs", asked), (answers) => answers.runsPageSchema, signal),
    fetchShape(withSearch("/plans", { ...asked, names: 1 }), (answers) => answers.plansPageSchema, signal),
    fetchShape(withSearch("/namespaces/browse", asked), (answers) => answers.namespacePageSchema, signal),
  ]);
  return [
    ...rows.map(({ name }) => ({
      id: `namespace ${name}`,
      what: "Namespace" as const,
      name: namespaceWords(name),
      note: "",
      href: `/namespaces?search=${encodeURIComponent(name === "" ? "__default__" : name)}`,
    })),
    ...runs.map(({ id, kind, state }) => ({
      id,
      what: "Run" as const,
      name: id,
      note: `${runKindWords[kind]}, ${runStateWords[state].toLowerCase()}`,
      href: `/runs/${id}`,
    })),
    ...plans.map(({ id, kind, state }) => ({
      id,
      what: "Plan" as const,
      name: id,
      note: `${planKindWords[kind]}, ${planStateWords[state].toLowerCase()}`,
      href: kind === "reembed" ? `/reembed?plan=${id}` : `/plans/${id}`,
    })),
  ];
}

/** What is found by what was typed; nothing before two letters. */
export function useFound(typed: string): readonly Found[] {
  const { data } = useQuery({
    queryKey: ["found", typed],
    queryFn: ({ signal }) => find(typed, signal),
    enabled: typed.length > 1,
    placeholderData: keepPreviousData,
  });
  return typed.length > 1 ? (data ?? []) : [];
}
