import type { ChangeDetail } from "@/lib/shapes/plans/change";

type Metadata = NonNullable<ChangeDetail["source"]>;
export type Value = Metadata[string];
/** `+` added, `-` dropped, `~` changed, `kept` the target's own, `set` added by Portage, `source` shown only to be looked at. */
export type RowSign = "+" | "-" | "~" | "kept" | "set" | "source" | "=";
/** A key as it stands in the target before and after applying: the old on the left, the new on the right, as in every diff. */
export type SideRow = { key: string; sign: RowSign; before: Value | undefined; after: Value | undefined };

const own = (metadata: Metadata | null, key: string): Value | undefined =>
  metadata !== null && Object.hasOwn(metadata, key) ? metadata[key] : undefined;

/** Equal as JSON values; lists in order. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((item, at) => item === b[at]);
}

/**
 * All keys of a record, those that differ first. The differences are those that were reviewed; the rest is as the target has it now.
 * What can't be migrated changes nothing: its source is shown beside the target instead, since the reason lies there.
 */
export function sideRows({ change, source, target, written }: ChangeDetail): SideRow[] {
  const right = change.kind === "problem" ? source : change.kind === "orphan" ? target : (written ?? target);
  const reviewed = new Map((change.differences ?? []).map((difference) => [difference.key, difference]));
  const keys = new Set([...reviewed.keys(), ...Object.keys(right ?? {}), ...Object.keys(target ?? {})]);
  const rows = [...keys].map((key): SideRow => {
    const difference = reviewed.get(key);
    if (difference) return { key, sign: difference.sign, before: difference.target, after: difference.source };
    const [before, after] = [own(target, key), own(right, key)];
    return { key, before, after, sign: signOf(change.kind, key, { source, before, after }) };
  });
  const first = (row: SideRow) => (row.sign === "=" ? 2 : row.sign === "kept" ? 1 : 0);
  return rows.sort((one, other) => first(one) - first(other));
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
          before: reviewed.target,
          after: reviewed.source,
        },
      ]
    : [];
  const others = Object.keys(target ?? {}).filter((key) => key !== reviewed?.key);
  const rows = others.map((key): SideRow => ({ key, sign: "=", before: own(target, key), after: own(written, key) }));
  return [...set, ...rows];
}

type Stands = { source: Metadata | null } & Pick<SideRow, "before" | "after">;

function signOf(kind: ChangeDetail["change"]["kind"], key: string, { source, before, after }: Stands): RowSign {
  const inSource = own(source, key) !== undefined;
  if (kind === "orphan") return "kept";
  if (kind === "problem") return sameValue(before, after) ? "=" : "source";
  if (kind === "create") return inSource ? "+" : "set";
  if (!inSource && before !== undefined) return "kept";
  return sameValue(before, after) ? "=" : "set";
}
