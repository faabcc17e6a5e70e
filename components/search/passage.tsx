import type { SearchHit } from "@/lib/shapes/cut-over/search";

/** A passage of a hit's text, the question's words marked. */
export function Passage({ parts }: { parts: SearchHit["text"] }) {
  if (parts.length === 0) return null;
  return (
    <p className="mt-0.5 line-clamp-3 text-sm wrap-anywhere">
      {parts.map(({ text, found }, at) =>
        found ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, which don't move
          <mark key={at} className="rounded-sm bg-accent-wash px-0.5 font-medium text-ink">
            {text}
          </mark>
        ) : (
          text
        ),
      )}
    </p>
  );
}

export const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString("en-US")} ms`;
