import type { ChangeDetail } from "@/lib/shapes/change";

type Metadata = NonNullable<ChangeDetail["source"]>;
export type Value = Metadata[string];
/** `+` only in the source, `-` only in the target, `~` in both and different, `kept` the target's own, `set` added by Portage. */
export type RowSign = "+" | "-" | "~" | "kept" | "set" | "=";
export type SideRow = { key: string; sign: RowSign; source: Value | undefined; target: Value | undefined };

const own = (metadata: Metadata | null, key: string): Value | undefined =>
  metadata !== null && Object.hasOwn(metadata, key) ? metadata[key] : undefined;

/** Equal as JSON values; lists in order. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((item, at) => item === b[at]);
}

/**
 * All keys of a record, those that differ first. The differences are those that were reviewed; the rest is as both indexes have it
 * now. For a create the right side is what will be written.
 */
export function sideRows({ change, source, target, written }: ChangeDetail): SideRow[] {
  const right = change.kind === "create" ? written : target;
  const reviewed = new Map((change.differences ?? []).map((difference) => [difference.key, difference]));
  const keys = new Set([...reviewed.keys(), ...Object.keys(source ?? {}), ...Object.keys(right ?? {})]);
  const rows = [...keys].map((key): SideRow => {
    const difference = reviewed.get(key);
    if (difference) return { key, sign: difference.sign, source: difference.source, target: difference.target };
    const values = { source: own(source, key), target: own(right, key) };
    return { key, ...values, sign: signOf(change.kind, values) };
  });
  return [...rows.filter((row) => row.sign !== "="), ...rows.filter((row) => row.sign === "=")];
}

/**
 * All fields of a document, the one that is set first: as it is now on the left, as it will be on the right. After applying both are what
 * the document is; the change is still shown as it was reviewed.
 */
export function documentRows({ change, target, written }: ChangeDetail): SideRow[] {
  const reviewed = change.differences?.[0];
  const set: SideRow[] = reviewed
    ? [
        {
          key: reviewed.key,
          sign: change.kind === "update" ? "~" : "set",
          source: reviewed.target,
          target: reviewed.source,
        },
      ]
    : [];
  const others = Object.keys(target ?? {}).filter((key) => key !== reviewed?.key);
  const rows = others.map((key): SideRow => ({ key, sign: "=", source: own(target, key), target: own(written, key) }));
  return [...set, ...rows];
}

function signOf(kind: ChangeDetail["change"]["kind"], { source, target }: Pick<SideRow, "source" | "target">): RowSign {
  if (sameValue(source, target)) return "=";
  if (kind === "create") return target === undefined ? "+" : "set";
  if (source === undefined && kind === "orphan") return "=";
  return target === undefined ? "+" : "kept";
}
