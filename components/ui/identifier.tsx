"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { namespaceWords } from "@/components/words/figures";
import { visible } from "@/lib/text/visible-text";
import { cx } from "./cx";

const mono = "max-w-full min-w-0 font-mono text-[12.5px]";

/** An ID in monospace. Too long, it loses its middle: the ends tell IDs apart. Screen readers and the clipboard get it whole. */
export function Identifier({ text: given, className }: { text: string; className?: string }) {
  const text = visible(given);
  if (text.length <= 16)
    return (
      <span title={text} className={cx(mono, "truncate whitespace-pre", className)}>
        {text}
      </span>
    );
  return (
    <span title={text} className={cx(mono, "inline-flex align-bottom", className)}>
      <span className="sr-only select-none">{text}</span>
      <span aria-hidden className="truncate whitespace-pre">
        {text.slice(0, -8)}
      </span>
      <span aria-hidden className="shrink-0 whitespace-pre">
        {text.slice(-8)}
      </span>
    </span>
  );
}

/** A namespace's name; the default namespace has none, and is said in words. */
export function NamespaceName({ name, className }: { name: string; className?: string }) {
  if (name === "") return <span className={cx("text-quiet", className)}>{namespaceWords(name)}</span>;
  return <Identifier text={name} {...(className ? { className } : {})} />;
}

/** What the target calls a namespace that the route writes under another name; nothing where it keeps its own. */
export function WrittenAs({ name }: { name: string | undefined }) {
  if (name === undefined) return null;
  return (
    <span className="flex min-w-0 gap-1 text-xs text-quiet">
      <span className="shrink-0">written as</span> <NamespaceName name={name} />
    </span>
  );
}

/** Copies `text`; says that it did where the button was. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      aria-label={copied ? `${what} copied` : `Copy ${what}`}
      onClick={() => {
        navigator.clipboard.writeText(text).then(
          () => setCopied(true),
          () => setCopied(false),
        );
      }}
      className="grid size-6 shrink-0 place-items-center rounded-sm text-quiet hover:bg-sunken hover:text-ink"
    >
      {copied ? <Check aria-hidden className="size-3.5" /> : <Copy aria-hidden className="size-3.5" />}
    </button>
  );
}
