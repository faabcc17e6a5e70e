"use client";

import { Download } from "lucide-react";
import { withSearch } from "@/components/data/fetch-shape";
import { type ChangeFilters, searchOf } from "@/components/data/mirror-queries";
import { Button, ButtonLink } from "@/components/ui/button";
import { Input, SearchField, Select } from "@/components/ui/field";
import { namespaceWords } from "@/components/words/figures";
import { changeSigns } from "@/lib/shapes/change";
import type { Plan } from "@/lib/shapes/plan";
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
    <div className="mb-3 flex flex-wrap gap-2">
      <SearchField
        label="Search: any part of an ID"
        value={asked.find}
        onChange={(find) => void setAsked({ find, at: null })}
        className="min-w-0 flex-1 basis-56"
      />
      {plan.namespaces.length > 1 && plan.namespaces.length <= namesInList && (
        <Select
          aria-label="Namespace"
          className="max-w-60"
          value={asked.namespace === null ? "any" : `in ${asked.namespace}`}
          onChange={(event) =>
            void setAsked({ namespace: event.target.value === "any" ? null : event.target.value.slice(3), at: null })
          }
        >
          <option value="any">Any namespace</option>
          {plan.namespaces.map((name) => (
            <option key={name} value={`in ${name}`}>
              {namespaceWords(name)}
            </option>
          ))}
        </Select>
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
          <Select
            aria-label="Sign"
            value={asked.sign ?? ""}
            onChange={(event) =>
              void setAsked({ sign: changeSigns.find((sign) => sign === event.target.value) ?? null, at: null })
            }
          >
            <option value="">Any sign</option>
            {changeSigns.map((sign) => (
              <option key={sign} value={sign}>
                {signTitles[sign]}
              </option>
            ))}
          </Select>
          <Select
            aria-label="Text"
            value={asked.text ?? ""}
            onChange={(event) =>
              void setAsked({
                text: event.target.value === "changed" || event.target.value === "kept" ? event.target.value : null,
                at: null,
              })
            }
          >
            <option value="">Any text</option>
            <option value="changed">Text changed</option>
            <option value="kept">Text the same</option>
          </Select>
        </>
      )}
      {(kind === "update" || kind === "create") && (
        <Select
          aria-label="Excluded"
          value={asked.excluded === null ? "" : String(asked.excluded)}
          onChange={(event) =>
            void setAsked({ excluded: event.target.value === "" ? null : event.target.value === "true", at: null })
          }
        >
          <option value="">Excluded or not</option>
          <option value="true">Excluded</option>
          <option value="false">Not excluded</option>
        </Select>
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
    </div>
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
