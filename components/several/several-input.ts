/** What the page holds: `into: null` is a collection for each, else the one whose namespaces they become. */
export type Choice = {
  source: string;
  target: string;
  into: string | null;
  name: string;
  /** Names that the operator typed; `""` leaves a collection out. */
  table: Readonly<Record<string, string>>;
};

/** As the verb takes it; rules of a route without its ends and namespaces. */
export function severalInput({ source, target, into, name, table }: Choice, definition: object) {
  const rules = Object.fromEntries(
    Object.entries(definition).filter(([key]) => !["source", "target", "namespaces"].includes(key)),
  );
  return { name, source, target: { connection: target, collection: into }, table, others: true, rules };
}
