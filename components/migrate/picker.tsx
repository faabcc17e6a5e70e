"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { mostNames } from "@/components/data/all-names";
import { usePageRoute } from "@/components/data/page-route";
import type { Browse } from "@/components/data/queries";
import { partTitles } from "@/components/namespaces/browse-url";
import { RefreshCounts } from "@/components/namespaces/refresh-counts";
import { useInventory } from "@/components/namespaces/use-inventory";
import { Button } from "@/components/ui/button";
import { useDebounced } from "@/components/ui/debounced";
import { FilterBar, SelectOne } from "@/components/ui/filter-bar";
import { Skeleton } from "@/components/ui/skeleton";
import { ProblemNote } from "@/components/ui/states";
import { countWords } from "@/components/words/figures";
import { add, type Choice, isChosen, toggle } from "./choice";
import { Chosen } from "./chosen";
import { namesMatching } from "./names-matching";
import { PickerTable } from "./picker-table";

const nothingWords = {
  all: "Neither index has a namespace.",
  left: "No namespace is known to lack records in the target.",
  differing: "No namespace is known to be out of sync.",
};

export type PickerProps = {
  choice: Choice;
  onChange(choice: Choice): void;
  disabled: boolean;
  /** Whether the choice is lost with the page, since the browser keeps nothing or not as much. */
  unkept?: boolean;
  /** What is done with a namespace that is chosen, for those who hear the page. */
  verb?: string;
};

/** Namespaces with their counts, to be searched and chosen: one by one, all that match, or simply all. */
export function Picker({
  choice,
  onChange,
  disabled,
  unkept = false,
  verb = "Migrate",
  initially = "left",
}: PickerProps & { initially?: "left" | "all" }) {
  const route = usePageRoute();
  const [search, setSearch] = useState("");
  const [only, setOnly] = useState<"differing" | "left" | "all">(initially);
  const [shown, setShown] = useState({ first: 0, last: 0 });
  const settled = useDebounced(search.trim(), 250);
  const browse: Browse = { search: settled, only, sort: "difference", direction: "descending" };
  const inventory = useInventory(browse, shown);
  const { matching, totals } = inventory;
  const choosing = useMutation({
    mutationFn: () => namesMatching(route, browse, matching),
    networkMode: "always",
    onSuccess: (names) => onChange(add(choice, names)),
  });
  const listed = Array.from({ length: Math.min(matching, 100) }, (_, index) => inventory.rowAt(index)?.name);
  const addable =
    settled !== "" && inventory.loaded && !inventory.stale && !listed.includes(settled) && !isChosen(choice, settled);

  const countOf = (part: "differing" | "left" | "all") =>
    totals ? ` (${countWords(part === "all" ? totals.namespaces : totals[part])})` : "";
  return (
    <div>
      <FilterBar label="Search, or paste a namespace ID" search={search} onSearch={setSearch}>
        <SelectOne
          label="Which namespaces"
          of={["left", "differing", "all"] as const}
          title={(part) => (part === "all" ? "All" : partTitles[part]) + countOf(part)}
          value={only}
          onChange={(part) => setOnly(part ?? "all")}
        />
        <RefreshCounts asOf={inventory.asOf} />
      </FilterBar>
      {inventory.error && !inventory.loaded && <ProblemNote error={inventory.error} retry={inventory.retry} />}
      {!inventory.loaded && !inventory.error && <Skeleton className="h-90 w-full rounded-md" />}
      {inventory.loaded && matching > 0 && (
        <PickerTable
          matching={matching}
          rowAt={inventory.rowAt}
          onShown={setShown}
          choice={choice}
          disabled={disabled}
          verb={verb}
          onToggle={(name) => onChange(toggle(choice, name))}
        />
      )}
      {inventory.loaded && matching === 0 && (
        <p className="rounded-md border border-line bg-surface px-4 py-6 text-quiet">
          {settled === "" ? nothingWords[only] : "No matching namespace."}
        </p>
      )}
      <div className="mt-2 flex flex-wrap items-center gap-2 text-sm">
        {addable && (
          <Button
            onClick={() => {
              onChange(add(choice, [settled]));
              setSearch("");
            }}
          >
            <span className="max-w-60 truncate">Add “{settled}”</span>
          </Button>
        )}
        {!choice.all && matching > 1 && matching <= mostNames && (
          <Button disabled={disabled} busy={choosing.isPending} onClick={() => choosing.mutate()}>
            Select listed
          </Button>
        )}
        {!choice.all && (
          <Button disabled={disabled} onClick={() => onChange({ all: true })}>
            Select all
          </Button>
        )}
        {choosing.error && <ProblemNote error={choosing.error} />}
      </div>
      <Chosen choice={choice} onChange={onChange} disabled={disabled} unkept={unkept} verb={verb} />
    </div>
  );
}
