"use client";

import { X } from "lucide-react";
import { Button } from "@/components/ui/button";
import { NamespaceName } from "@/components/ui/identifier";
import { countWords, manyWords } from "@/components/words/figures";
import { noNamespace } from "@/lib/shapes/names";
import { isEmpty, toggle } from "./choice";
import type { PickerProps } from "./picker";

const namedAtMost = 12;

/** What is chosen so far, each to be taken back by a click. */
export function Chosen({
  choice,
  onChange,
  disabled,
  verb = "Migrate",
  whole = "All namespaces of the source",
  unkept = false,
}: PickerProps & { whole?: string }) {
  if (isEmpty(choice)) return <p className="mt-3 text-quiet">Nothing selected yet.</p>;
  const names = choice.all ? [] : choice.names;
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-2 gap-y-1.5" role="status">
      <span className="font-medium">
        {choice.all ? `${whole} selected` : `${manyWords(names.length, "namespace")} selected`}
      </span>
      {names.slice(0, namedAtMost).map((name) => (
        <span key={name} className="flex h-7 max-w-full items-center rounded-sm border border-line bg-surface pl-2">
          {name === noNamespace ? "(no namespace)" : <NamespaceName name={name} className="max-w-48" />}
          <button
            type="button"
            disabled={disabled}
            aria-label={`Don't ${verb.toLowerCase()} ${name === "" ? "the default namespace" : name === noNamespace ? "documents without a namespace" : name}`}
            onClick={() => onChange(toggle(choice, name))}
            className="grid size-7 place-items-center rounded-sm text-quiet hover:text-ink"
          >
            <X aria-hidden className="size-3.5" />
          </button>
        </span>
      ))}
      {names.length > namedAtMost && (
        <span className="text-quiet">and {countWords(names.length - namedAtMost)} more</span>
      )}
      <Button look="quiet" disabled={disabled} onClick={() => onChange({ all: false, names: [] })}>
        Clear selection
      </Button>
      {unkept && (
        <span className="basis-full text-sm">
          This browser can't keep a selection of that length: reloading or leaving the page loses it. A search and
          “Select listed” brings it back.
        </span>
      )}
    </div>
  );
}
