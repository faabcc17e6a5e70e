"use client";

import { useMutation } from "@tanstack/react-query";
import { useQueryStates } from "nuqs";
import { useState } from "react";
import { mostNames } from "@/components/data/all-names";
import { type BrowseDocuments, documentNamespacesQuery } from "@/components/data/document-queries";
import { nextSort } from "@/components/data/next-sort";
import { useWindows } from "@/components/data/use-windows";
import { add, type Choice, isChosen, toggle } from "@/components/migrate/choice";
import { Chosen } from "@/components/migrate/chosen";
import { Button } from "@/components/ui/button";
import { useDebounced } from "@/components/ui/debounced";
import { FilterBar, SelectOne } from "@/components/ui/filter-bar";
import { FilteredList } from "@/components/ui/filtered-list";
import { ProblemNote } from "@/components/ui/states";
import { countWords, manyWords } from "@/components/words/figures";
import { browseParsers, parts, partTitles } from "./browse-url";
import { documentNamesMatching } from "./names-matching";
import { NamespaceTable } from "./namespace-table";

type Props = { choice: Choice; onChange(choice: Choice): void; disabled: boolean; since: string | null };

/** All namespaces of the documents with their counts: searched, sorted, and chosen one by one, all that match, or simply all. */
export function NamespacePicker({ choice, onChange, disabled, since }: Props) {
  const [asked, setAsked] = useQueryStates(browseParsers);
  const [shown, setShown] = useState({ first: 0, last: 0 });
  const settled = useDebounced(asked.search.trim(), 250);
  const browse: BrowseDocuments = { ...asked, search: settled, since };
  const list = useWindows((offset, limit) => documentNamespacesQuery(browse, offset, limit), shown);
  const { head, matching } = list;
  const filtered = settled !== "" || asked.only !== "all";
  const choosing = useMutation({
    mutationFn: () => documentNamesMatching(browse, matching),
    networkMode: "always",
    onSuccess: (names) => onChange(add(choice, names)),
  });
  const exact = settled !== "" && list.loaded && !list.stale && !isChosen(choice, settled);
  const countOf = (part: BrowseDocuments["only"]) => {
    if (!head || part === "complete") return "";
    return ` (${countWords(part === "all" ? head.totals.namespaces : head.totals.left)})`;
  };
  const addable = exact && !head?.rows.some((row) => row.name === settled);
  return (
    <div>
      <FilterBar
        label="Search, or paste a namespace ID"
        search={asked.search}
        onSearch={(search) => void setAsked({ search })}
      >
        <SelectOne
          label="Which namespaces"
          of={parts}
          title={(part) => partTitles[part] + countOf(part)}
          value={asked.only}
          onChange={(only) => void setAsked({ only })}
        />
      </FilterBar>
      <FilteredList
        list={list}
        filtered={filtered}
        onAll={() => void setAsked({ search: "", only: "all" })}
        title={filtered ? "No namespace matches" : "No namespaces"}
        empty={!filtered && "No document holds the field that names its namespace, or the field can't be listed."}
        height="h-106"
      >
        <NamespaceTable
          browse={asked}
          matching={matching}
          rowAt={list.rowAt}
          onShown={setShown}
          onSort={(sort) => void setAsked(nextSort(asked, sort))}
          choice={choice}
          disabled={disabled}
          onToggle={(name) => onChange(toggle(choice, name))}
        />
      </FilteredList>
      <div className="mt-2 flex flex-wrap items-center gap-2 text-sm">
        {addable && (
          <Button
            onClick={() => {
              onChange(add(choice, [settled]));
              void setAsked({ search: "" });
            }}
          >
            <span className="max-w-60 truncate">Add "{settled}"</span>
          </Button>
        )}
        {!choice.all && filtered && matching > 1 && matching <= mostNames && (
          <Button disabled={disabled} busy={choosing.isPending} onClick={() => choosing.mutate()}>
            Select listed
          </Button>
        )}
        {!choice.all && (
          <Button disabled={disabled} onClick={() => onChange({ all: true })}>
            Select all namespaces
          </Button>
        )}
        <p role="status" className="text-quiet">
          {list.loaded && filtered && `${manyWords(matching, "namespace")} ${matching === 1 ? "matches" : "match"}`}
          {head?.more && " There are more namespaces than are listed: search finds only these."}
        </p>
        {choosing.error && <ProblemNote error={choosing.error} />}
      </div>
      <Chosen choice={choice} onChange={onChange} disabled={disabled} verb="Choose" whole="All documents" />
    </div>
  );
}
