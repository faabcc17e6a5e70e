import { z } from "zod";
import { isServiceFailure } from "@/lib/failures";
import { refusal, sqlState } from "../connection/failures";
import type { Asking, Call, Sessions } from "../connection/session";
import type { Columns } from "../settings";
import { quoted, readTables, type Table } from "./catalog";
import { type Layout, rowsOf, tableOf } from "./layout";
import { type Role, recognise, recogniseLangChain, type Wrong } from "./recognise";

const collectionsTable = "langchain_pg_collection";
const embeddingsTable = "langchain_pg_embedding";
const collectionSchema = z.object({ name: z.string(), uuid: z.string() });
const dimensionSchema = z.object({ dimension: z.number() });

/** A layout is looked at again after so long: the application may have changed its table. */
const trustedMs = 30_000;

/** The collections of a schema: its tables that hold vectors, and those of LangChain within its one table. */
export type Tables = {
  /** The collection of this name, or `null` where there is none. @throws ServiceFailure `conflict` for one that can't be read as records */
  find(call: Call, name: string): Promise<Layout | null>;
  /** The same, and `not-found` where there is none. */
  get(call: Call, name: string): Promise<Layout>;
  all(call: Call): Promise<Layout[]>;
  /** Works with the collection, and looks at it again next time when the server says that it isn't as it was. */
  using<T>(call: Call, name: string, work: (layout: Layout) => Promise<T>): Promise<T>;
  forget(name: string): void;
};

export function openTables(sessions: Sessions, schema: string, columns: Columns, role: Role): Tables {
  const known = new Map<string, { layout: Layout; until: number }>();

  const find = async (call: Call, name: string): Promise<Layout | null> => {
    const standing = known.get(name);
    // Whoever has cancelled is told so by the session.
    if (standing && standing.until > performance.now() && !call.signal?.aborted) return standing.layout;
    const layout = await sessions.ask(call, async (asking) => {
      const [table] = await readTables(asking, schema, name);
      const inner = await langChainCollections(asking, schema, columns, role, name);
      if (table && isBesides(table)) return inner[0] ?? null;
      if (table && inner[0])
        return {
          wrong: `${name} is a table of the schema ${schema} and a collection of LangChain: which one is meant can't be told`,
        };
      const found = table ? recognise(table, schema, columns, role) : inner[0];
      return found === undefined || "wrong" in found ? (found ?? null) : withDimension(asking, found);
    });
    if (layout === null) return null;
    if ("wrong" in layout)
      throw refusal("conflict", call.operation, layout.wrong, "Name its columns in the connection's settings.");
    known.set(name, { layout, until: performance.now() + trustedMs });
    return layout;
  };

  const get = async (call: Call, name: string): Promise<Layout> => {
    const layout = await find(call, name);
    if (layout) return layout;
    throw refusal("not-found", call.operation, `There is no table or collection ${name} in the schema ${schema}`);
  };

  return {
    find,
    get,
    all: (call) =>
      sessions.ask(call, async (asking) => {
        const tables = (await readTables(asking, schema, null)).filter((table) => !isBesides(table));
        const found = [
          ...tables.map((table) => recognise(table, schema, columns, role)),
          ...(await langChainCollections(asking, schema, columns, role, null)),
        ];
        return found.filter((layout): layout is Layout => !("wrong" in layout));
      }),
    using: async (call, name, work) => {
      try {
        return await work(await get(call, name));
      } catch (error) {
        // 42703: a column that is no more. 42883, 42804: one that is of another type.
        if (isServiceFailure(error) && ["42P01", "42703", "42883", "42804"].includes(sqlState(error) ?? ""))
          known.delete(name);
        throw error;
      }
    },
    forget: (name) => void known.delete(name),
  };
}

const isBesides = ({ name }: Table): boolean => name === collectionsTable || name === embeddingsTable;

async function langChainCollections(
  asking: Asking,
  schema: string,
  columns: Columns,
  role: Role,
  name: string | null,
): Promise<(Layout | Wrong)[]> {
  const [[table], [list]] = [
    await readTables(asking, schema, embeddingsTable),
    await readTables(asking, schema, collectionsTable),
  ];
  if (!table || !list) return [];
  const rows = await asking.rows(
    collectionSchema,
    `SELECT name, uuid::text FROM ${quoted(schema)}.${quoted(collectionsTable)} WHERE $1::text IS NULL OR name = $1 ORDER BY name`,
    [name],
  );
  const found: (Layout | Wrong)[] = [];
  for (const row of rows) {
    const layout = recogniseLangChain(table, schema, columns, role, { collection: row.name, uuid: row.uuid });
    found.push("wrong" in layout ? layout : await withDimension(asking, layout));
  }
  return found;
}

/** A column without a dimension takes any: the first row tells. */
async function withDimension(asking: Asking, layout: Layout): Promise<Layout> {
  if (layout.dimension !== null) return layout;
  const condition = rowsOf(layout, null, "with-vector");
  const column = quoted(layout.vector.name);
  const dims = `${quoted(layout.vector.typeSchema)}.vector_dims(${column})`;
  const [row] = await asking.rows(
    dimensionSchema,
    `SELECT ${dims} AS dimension FROM ${tableOf(layout)} WHERE ${condition?.text ?? "false"} LIMIT 1`,
    condition?.values ?? [],
  );
  return row ? { ...layout, dimension: row.dimension } : layout;
}
