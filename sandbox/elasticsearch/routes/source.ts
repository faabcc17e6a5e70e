import type { Source } from "../document";

/** The source, cut to the keys that were asked for. */
export function cut(source: Source, wanted: boolean | readonly string[]): Source | undefined {
  if (wanted === false) return undefined;
  if (wanted === true) return source;
  const kept = Object.entries(source).filter(([key]) =>
    wanted.some((name) => key === name || key.startsWith(`${name}.`)),
  );
  return Object.fromEntries(kept);
}
