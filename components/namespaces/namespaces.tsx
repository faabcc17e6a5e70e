"use client";

import { useQueryStates } from "nuqs";
import { useState } from "react";
import { nextSort } from "@/components/data/next-sort";
import { useDebounced } from "@/components/ui/debounced";
import { FilterBar, SelectOne } from "@/components/ui/filter-bar";
import { FilteredList } from "@/components/ui/filtered-list";
import { PageHead } from "@/components/ui/page-head";
import { countWords, manyWords } from "@/components/words/figures";
import { BackUp } from "./back-up";
import { browseParsers, parts, partTitles } from "./browse-url";
import { InventoryTable } from "./inventory-table";
import { LookUp } from "./look-up";
import { RefreshCounts } from "./refresh-counts";
import { useInventory } from "./use-inventory";

/** Any namespace by its ID, or all of them: counts on both sides, and the way to migrating. */
export function Namespaces() {
  const [asked, setAsked] = useQueryStates(browseParsers);
  const settled = useDebounced(asked.search.trim(), 250);
  const [shown, setShown] = useState({ first: 0, last: 0 });
  const inventory = useInventory({ ...asked, search: settled }, shown);
  const { totals, matching } = inventory;
  const filtered = settled !== "" || asked.only !== "all";
  return (
    <>
      <PageHead
        title="Namespaces"
        note={
          totals &&
          `${manyWords(totals.namespaces, "namespace")}, ${countWords(totals.differing)} out of sync, ${countWords(totals.inSync)} in sync at the last comparison`
        }
        actions={
          <>
            <RefreshCounts asOf={inventory.asOf} />
            <BackUp side="source">Back up</BackUp>
          </>
        }
      />
      <FilterBar
        label="Search, or paste a namespace ID"
        search={asked.search}
        onSearch={(search) => void setAsked({ search })}
      >
        <SelectOne
          label="Which namespaces"
          of={parts}
          title={(part) => partTitles[part]}
          value={asked.only}
          onChange={(only) => void setAsked({ only })}
        />
      </FilterBar>
      {settled !== "" && (
        <div className="mb-3">
          <LookUp key={settled} name={settled} />
        </div>
      )}
      <p role="status" className="mb-2 text-sm text-quiet">
        {inventory.loaded &&
          filtered &&
          `${manyWords(matching, "namespace")} ${matching === 1 ? "matches" : "match"}. `}
        {inventory.loaded && matching > 0 && "Counts marked ~ are approximate (index statistics)."}
      </p>
      <FilteredList
        list={inventory}
        filtered={filtered}
        onAll={() => void setAsked({ search: "", only: "all" })}
        title={filtered ? "No matching namespace" : "Neither index has a namespace"}
        empty={
          filtered
            ? "Newer namespaces: paste the exact ID. IDs are case-sensitive."
            : "Check that the source index and its key are the right ones."
        }
        height="h-96"
      >
        <InventoryTable
          browse={asked}
          matching={matching}
          rowAt={inventory.rowAt}
          onShown={setShown}
          onSort={(sort) => void setAsked(nextSort(asked, sort))}
        />
      </FilteredList>
    </>
  );
}
