import { RouteBook } from "@/lib/routes/open-route";
import { openWorld, records, type World } from "@/lib/runs/testing/testing";
import { openPgvectorTarget } from "@/lib/stores/pgvector";
import { openTestSchema, type TestSchema } from "@/lib/stores/pgvector/testing";
import { addConnection, addConnectionInput } from "../connections/add-connection";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";

/** A world beside a real PostgreSQL, connected as `pg`, whose table `notes` holds 12 records in each of the namespaces a, b and c. */
export async function openNotesTable(): Promise<{
  world: World;
  schema: TestSchema;
  ctx: Context;
  close(): Promise<void>;
}> {
  const schema = await openTestSchema();
  const world = await openWorld({ environment: { PINECONE_API_KEY: "pc-key" } });
  const book = new RouteBook(world.parts);
  world.parts.routes = book;
  const ctx: Context = { ...world.parts, wake: async () => {}, actor: "cli:test" };
  const kept = openPgvectorTarget(schema.settings());
  await kept.ensureIndex({ name: "notes", dimension: 8, metric: "cosine" });
  for (const namespace of ["a", "b", "c"]) await kept.upsert({ index: "notes", namespace }, records(12, namespace));
  await kept.close();
  const settings = { address: schema.url, schema: schema.name };
  await addConnection(ctx, parseInput(addConnectionInput, { name: "pg", kind: "pgvector", settings }));
  return {
    ...{ world, schema, ctx },
    close: async () => {
      await world.close();
      await book.close();
      await schema.drop();
    },
  };
}
