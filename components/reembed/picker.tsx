"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Browse } from "@/components/data/queries";
import { useInventory } from "@/components/namespaces/use-inventory";
import { Button } from "@/components/ui/button";
import { useDebounced } from "@/components/ui/debounced";
import { SearchField, Select } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { ProblemNote } from "@/components/ui/states";
import { countWords } from "@/components/words/figures";
import { add, type Choice, isChosen, toggle } from "./choice";
import { Chosen } from "./chosen";
import { mostNames, namesMatching } from "./names-matching";
import { PickerTable } from "./picker-table";

export type PickerProps = {
  choice: Choice;
  onChange(choice: Choice): void;
  disabled: boolean;
  /** What is done with a namespace that is chosen, for those who hear the page. */
  verb?: string;
};

/** Namespaces with their counts, to be searched and chosen: one by one, all that match, or simply all. */
export function Picker({
  choice,
  onChange,
  disabled,
  verb = "Re-embed",
  initially = "left",
}: PickerProps & { initially?: "left" | "all" }) {
  const [search, setSearch] = useState("");
  const [only, setOnly] = useState<Browse["only"]>(initially);
  const [shown, setShown] = useState({ first: 0, last: 0 });
  const settled = useDebounced(search.trim(), 250);
  const browse: Browse = { search: settled, only, sort: "difference", direction: "descending" };
  const inventory = useInventory(browse, shown);
  const { matching, totals } = inventory;
  const choosing = useMutation({
    mutationFn: () => namesMatching(browse, matching),
    networkMode: "always",
    onSuccess: (names) => onChange(add(choice, names)),
  });
  const listed = Array.from({ length: Math.min(matching, 100) }, (_, index) => inventory.rowAt(index)?.name);
  const addable =
    settled !== "" && inventory.loaded && !inventory.stale && !listed.includes(settled) && !isChosen(choice, settled);

  return (
    <div>
      <div className="mb-2 flex flex-wrap gap-2">
        <SearchField
          label="Search, or paste a namespace ID"
          value={search}
          onChange={setSearch}
          className="min-w-0 flex-1 basis-64"
        />
        <Select
          aria-label="Which namespaces"
          value={only}
          onChange={(event) => setOnly(event.target.value === "left" ? "left" : "all")}
        >
          <option value="left">With records left{totals ? ` (${countWords(totals.left)})` : ""}</option>
          <option value="all">All{totals ? ` (${countWords(totals.namespaces)})` : ""}</option>
        </Select>
      </div>
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
          {settled === ""
            ? "No namespace has records left: everything in the source is in the target by count."
            : "No namespace of the list matches."}
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
            <span className="max-w-60 truncate">Choose exactly {settled}</span>
          </Button>
        )}
        {!choice.all && matching > 1 && matching <= mostNames && (
          <Button disabled={disabled} busy={choosing.isPending} onClick={() => choosing.mutate()}>
            Choose {settled === "" && only === "all" ? "these" : "the"} {countWords(matching)}
            {settled !== "" || only !== "all" ? " shown" : ""}
          </Button>
        )}
        {!choice.all && (
          <Button disabled={disabled} onClick={() => onChange({ all: true })}>
            Choose all namespaces
          </Button>
        )}
        {choosing.error && <ProblemNote error={choosing.error} />}
      </div>
      <Chosen choice={choice} onChange={onChange} disabled={disabled} verb={verb} />
    </div>
  );
}
