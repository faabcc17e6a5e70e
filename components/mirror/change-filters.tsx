"use client";

import { Download } from "lucide-react";
import { withSearch } from "@/components/data/fetch-answer";
import { type ChangeFilters, searchOf } from "@/components/data/mirror-queries";
import { Button, ButtonLink } from "@/components/ui/button";
import { Input } from "@/components/ui/field";
import { FilterBar, SelectOne } from "@/components/ui/filter-bar";
import { namespaceWords } from "@/components/words/figures";
import { changeSigns } from "@/lib/shapes/names";
import type { Plan } from "@/lib/shapes/plans/plan";
import type { Review } from "./review-url";
import type { SetReview } from "./use-changes";

/** More names are typed, not chosen from a list. */
const namesInList = 200;
const signTitles = { "+": "+ only in source", "-": "- only in target", "~": "~ differs" } as const;

/** What of a tab is shown, and the way to take that along as a file. */
export function ChangeFilterBar({
  plan,
  filters,
  asked,
  setAsked,
}: {
  plan: Plan;
  filters: ChangeFilters;
  asked: Review;
  setAsked: SetReview;
}) {
  const { kind } = filters;
  const filtered = isFiltered(filters);
  const exportPath = (format: string) =>
    `/api/v1${withSearch(`/plans/${plan.id}/export`, { ...searchOf(filters), format })}`;
  return (
    <FilterBar
      label="Search: any part of an ID"
      search={asked.find}
      onSearch={(find) => void setAsked({ find, at: null })}
    >
      {plan.namespaces.length > 1 && plan.namespaces.length <= namesInList && (
        <SelectOne
          label="Namespace"
          className="max-w-60"
          // The default namespace has no name.
          of={plan.namespaces.map((name) => `in ${name}`)}
          title={(named) => namespaceWords(named.slice(3))}
          value={asked.namespace === null ? null : `in ${asked.namespace}`}
          any="Any namespace"
          onChange={(named) => void setAsked({ namespace: named?.slice(3) ?? null, at: null })}
        />
      )}
      {(plan.namespaces.length > namesInList || plan.namespaces.length === 0) && (
        <Input
          aria-label="Namespace"
          placeholder="Any namespace"
          className="max-w-60"
          defaultValue={asked.namespace ?? ""}
          onBlur={(event) => void setAsked({ namespace: event.target.value.trim() || null, at: null })}
        />
      )}
      {kind === "update" && plan.kind !== "clearance" && (
        <>
          <SelectOne
            label="Sign"
            of={changeSigns}
            title={(sign) => signTitles[sign]}
            value={asked.sign}
            any="Any change type"
            onChange={(sign) => void setAsked({ sign, at: null })}
          />
          <SelectOne
            label="Text"
            of={["changed", "kept"] as const}
            title={(text) => (text === "changed" ? "Text changed" : "Text unchanged")}
            value={asked.text}
            any="Text changed or not"
            onChange={(text) => void setAsked({ text, at: null })}
          />
        </>
      )}
      {(kind === "update" || kind === "create") && (
        <SelectOne
          label="Excluded"
          of={["true", "false"] as const}
          title={(excluded) => (excluded === "true" ? "Excluded" : "Included")}
          value={asked.excluded === null ? null : asked.excluded ? "true" : "false"}
          any="Included and excluded"
          onChange={(excluded) => void setAsked({ excluded: excluded === null ? null : excluded === "true", at: null })}
        />
      )}
      {filtered && (
        <Button look="quiet" onClick={() => void setAsked(noFilters)}>
          Show all
        </Button>
      )}
      <ButtonLink href={exportPath("jsonl")} download aria-label="Export these as JSONL">
        <Download aria-hidden className="size-3.5" /> JSONL
      </ButtonLink>
      <ButtonLink href={exportPath("csv")} download aria-label="Export these as CSV">
        <Download aria-hidden className="size-3.5" /> CSV
      </ButtonLink>
    </FilterBar>
  );
}

export const noFilters = {
  find: "",
  namespace: null,
  key: null,
  sign: null,
  text: null,
  present: null,
  reason: null,
  excluded: null,
  at: null,
} as const;

export function isFiltered({ kind: _kind, search, ...filters }: ChangeFilters): boolean {
  return search !== "" || Object.values(filters).some((value) => value !== null);
}
