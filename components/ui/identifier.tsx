"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { namespaceWords } from "@/components/words/figures";
import { cx } from "./cx";

/** An ID in monospace. Too long, it loses its middle: the ends tell IDs apart. Screen readers get all of it. */
export function Identifier({ text, className }: { text: string; className?: string }) {
  const tail = text.length > 16 ? text.slice(-8) : "";
  const head = tail ? text.slice(0, -8) : text;
  return (
    <span title={text} className={cx("inline-flex max-w-full min-w-0 align-bottom font-mono text-[12.5px]", className)}>
      <span className="truncate whitespace-pre">{head}</span>
      {tail && <span className="shrink-0 whitespace-pre">{tail}</span>}
    </span>
  );
}

/** A namespace's name; the default namespace has none, and is said in words. */
export function NamespaceName({ name, className }: { name: string; className?: string }) {
  if (name === "") return <span className={cx("text-quiet", className)}>{namespaceWords(name)}</span>;
  return <Identifier text={name} {...(className ? { className } : {})} />;
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
