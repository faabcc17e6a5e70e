import { columnValue, keyOf, type Layout, rowsOf, scopeOf } from "./layout";

const instead =
  "Name a namespace column or key in the connection's settings, or have the route write into another namespace.";

/** Why a namespace of this name can't be written to the table, in words without a full stop; `null`: it can. */
export function refusalOfNamespace(layout: Layout, namespace: string): { words: string; next: string } | null {
  const key = keyOf(layout) ?? [];
  const held = scopeOf(layout).every((column) => {
    if (layout.writes === "update" || column.name === layout.within?.column.name) return true;
    return columnValue(column, namespace) !== null || (namespace === "" && !key.includes(column.name));
  });
  if (held && rowsOf(layout, namespace, "all") !== null) return null;
  const where = layout.namespace === null ? "has no namespaces" : "can't hold it as a namespace";
  return {
    words: `Namespace ${JSON.stringify(namespace)} can't be written: the table ${layout.table.name} ${where}`,
    next: instead,
  };
}
